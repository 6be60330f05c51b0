/* Bounded scan of msgpack. See msgpack_scan.h. Formats: the public MessagePack specification. */
#include "feed/msgpack_scan.h"

#include "base/limits.h"

enum shape { SHAPE_FLAT, SHAPE_BYTES, SHAPE_ARRAY, SHAPE_MAP, SHAPE_BAD };

/* What the first byte 0xc0..0xdf says: bytes of a length field, plain bytes behind it, shape. */
static const struct form {
    uint8_t length, flat, shape;
} forms[32] = {
    [0x00] = {0, 0, SHAPE_FLAT},  [0x01] = {0, 0, SHAPE_BAD},   [0x02] = {0, 0, SHAPE_FLAT},
    [0x03] = {0, 0, SHAPE_FLAT},  [0x04] = {1, 0, SHAPE_BYTES}, [0x05] = {2, 0, SHAPE_BYTES},
    [0x06] = {4, 0, SHAPE_BYTES}, [0x07] = {1, 1, SHAPE_BYTES}, [0x08] = {2, 1, SHAPE_BYTES},
    [0x09] = {4, 1, SHAPE_BYTES}, [0x0a] = {0, 4, SHAPE_FLAT},  [0x0b] = {0, 8, SHAPE_FLAT},
    [0x0c] = {0, 1, SHAPE_FLAT},  [0x0d] = {0, 2, SHAPE_FLAT},  [0x0e] = {0, 4, SHAPE_FLAT},
    [0x0f] = {0, 8, SHAPE_FLAT},  [0x10] = {0, 1, SHAPE_FLAT},  [0x11] = {0, 2, SHAPE_FLAT},
    [0x12] = {0, 4, SHAPE_FLAT},  [0x13] = {0, 8, SHAPE_FLAT},  [0x14] = {0, 2, SHAPE_FLAT},
    [0x15] = {0, 3, SHAPE_FLAT},  [0x16] = {0, 5, SHAPE_FLAT},  [0x17] = {0, 9, SHAPE_FLAT},
    [0x18] = {0, 17, SHAPE_FLAT}, [0x19] = {1, 0, SHAPE_BYTES}, [0x1a] = {2, 0, SHAPE_BYTES},
    [0x1b] = {4, 0, SHAPE_BYTES}, [0x1c] = {2, 0, SHAPE_ARRAY}, [0x1d] = {4, 0, SHAPE_ARRAY},
    [0x1e] = {2, 0, SHAPE_MAP},   [0x1f] = {4, 0, SHAPE_MAP},
};

struct item {
    enum shape shape;
    uint64_t head; /* bytes of the item itself, contents of containers not included */
    uint64_t n;    /* announced length */
};

static bool item_at(const uint8_t *p, size_t n, struct item *ret)
{
    uint8_t c = p[0];
    if (c < 0x80 || c >= 0xe0)
        *ret = (struct item){SHAPE_FLAT, 1, 0};
    else if (c < 0x90)
        *ret = (struct item){SHAPE_MAP, 1, c & 0x0f};
    else if (c < 0xa0)
        *ret = (struct item){SHAPE_ARRAY, 1, c & 0x0f};
    else if (c < 0xc0)
        *ret = (struct item){SHAPE_BYTES, 1 + (c & 0x1fu), c & 0x1f};
    else {
        struct form f = forms[c - 0xc0];
        uint64_t v = 0;
        if (n < 1u + f.length)
            return false;
        for (int i = 0; i < f.length; i++)
            v = v << 8 | p[1 + i];
        *ret = (struct item){f.shape, 1u + f.length + f.flat + (f.shape == SHAPE_BYTES ? v : 0), v};
    }
    return ret->head <= n;
}

static const char *over_limit(const struct item *it)
{
    if (it->shape == SHAPE_BYTES && it->n > LIMIT_MP_STRING)
        return "a string over 64 KiB";
    if (it->shape == SHAPE_ARRAY && it->n > LIMIT_MP_ARRAY)
        return "an array over 65536 elements";
    if (it->shape == SHAPE_MAP && it->n > LIMIT_MP_MAP)
        return "a map over 1024 pairs";
    return NULL;
}

const char *msgpack_scan(const uint8_t *p, size_t n, enum drop_reason *ret_why)
{
    uint64_t left[LIMIT_MP_DEPTH + 1] = {1}; /* items still to come at each depth */
    size_t depth = 0, at = 0;
    for (;;) {
        while (left[depth] == 0) {
            if (depth == 0) {
                *ret_why = DROP_CORRUPT;
                return at == n ? NULL : "bytes behind the msgpack object";
            }
            depth--;
        }
        struct item it;
        *ret_why = DROP_CORRUPT;
        if (at >= n || !item_at(p + at, n - at, &it))
            return "msgpack lengths go beyond the message";
        if (it.shape == SHAPE_BAD)
            return "a byte that msgpack does not use";
        *ret_why = DROP_TOO_LONG;
        const char *over = over_limit(&it);
        if (over)
            return over;
        at += it.head;
        left[depth]--;
        if (it.shape != SHAPE_ARRAY && it.shape != SHAPE_MAP)
            continue;
        if (depth == LIMIT_MP_DEPTH)
            return "nested deeper than 16";
        left[++depth] = it.shape == SHAPE_MAP ? it.n * 2 : it.n;
    }
}
