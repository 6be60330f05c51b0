/* Combinations of small facts and their tables. See dim.h. */
#include "store/dim.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/schema.h"

enum field_type {
    FIELD_INT,    /* unsigned */
    FIELD_SIGNED, /* of 8 bits */
    FIELD_ID,     /* unsigned, 0 is NULL */
    FIELD_TEXT,   /* letters, NUL-padded, none is NULL */
};
struct field {
    const char *column;
    uint8_t word, shift, bits, type;
};

#define FIELDS_MAX 12
static const struct {
    const char *table;
    struct field fields[FIELDS_MAX];
} dims[DIM_COUNT] = {
    [DIM_ORIGIN] = {"origin",
                    {{"venue", 0, 0, 16, FIELD_ID},
                     {"cond_other", 0, 16, 16, FIELD_ID},
                     {"cond", 0, 32, 32, FIELD_TEXT},
                     {"tape", 1, 0, 8, FIELD_TEXT},
                     {"feed", 1, 8, 8, FIELD_INT},
                     {"flags", 1, 16, 8, FIELD_INT}}},
    [DIM_QUOTE_ORIGIN] = {"quote_origin",
                          {{"venue", 0, 0, 16, FIELD_ID},
                           {"bid_venue", 0, 16, 16, FIELD_ID},
                           {"ask_venue", 0, 32, 16, FIELD_ID},
                           {"cond", 1, 0, 8, FIELD_TEXT},
                           {"feed", 1, 8, 8, FIELD_INT},
                           {"flags", 1, 16, 8, FIELD_INT}}},
    [DIM_VERDICT] = {"verdict",
                     {{"side", 0, 0, 8, FIELD_SIGNED},
                      {"state", 0, 8, 8, FIELD_INT},
                      {"placement", 0, 16, 8, FIELD_INT},
                      {"rule", 0, 24, 8, FIELD_INT},
                      {"reason", 0, 32, 8, FIELD_INT},
                      {"confidence", 0, 40, 8, FIELD_INT},
                      {"family", 0, 48, 8, FIELD_INT},
                      {"flags", 0, 56, 8, FIELD_INT},
                      {"ask_from_bid", 1, 0, 1, FIELD_INT},
                      {"no_packet", 1, 1, 1, FIELD_INT},
                      {"placement_report", 1, 8, 8, FIELD_INT},
                      {"revision", 1, 16, 8, FIELD_INT}}},
    [DIM_CLASS] = {"packet_class",
                   {{"side", 0, 0, 8, FIELD_SIGNED},
                    {"kind", 0, 8, 8, FIELD_INT},
                    {"grade", 0, 16, 8, FIELD_INT},
                    {"state", 0, 24, 8, FIELD_INT},
                    {"reason", 0, 32, 8, FIELD_INT},
                    {"confidence", 0, 40, 8, FIELD_INT},
                    {"family", 0, 48, 8, FIELD_INT},
                    {"split", 0, 56, 8, FIELD_INT},
                    {"flags", 1, 0, 32, FIELD_INT}}},
    [DIM_READING] = {"packet_reading",
                     {{"direction", 0, 0, 8, FIELD_SIGNED},
                      {"direction_reason", 0, 8, 8, FIELD_INT},
                      {"opening_reason", 0, 16, 8, FIELD_INT},
                      {"forward_source", 0, 24, 8, FIELD_INT},
                      {"rarity_reason", 0, 32, 8, FIELD_INT},
                      {"structure", 0, 40, 8, FIELD_INT},
                      {"class", 0, 48, 8, FIELD_INT},
                      {"legs", 0, 56, 8, FIELD_INT}}},
};

const char *dim_table(enum dim d)
{
    return dims[d].table;
}

static uint64_t get(struct dim_key k, int word, int shift, int bits)
{
    return k.w[word] >> shift & ((UINT64_C(1) << bits) - 1);
}

struct dim_key dim_of_print(const struct event *ev)
{
    const struct print *p = &ev->u.print;
    uint32_t cond;
    memcpy(&cond, p->cond, sizeof cond);
    return (struct dim_key){
        {(uint64_t)ev->venue | (uint64_t)p->cond_other << 16 | (uint64_t)cond << 32,
         (uint64_t)(uint8_t)p->tape | (uint64_t)ev->feed << 8 | (uint64_t)p->flags << 16}};
}

void dim_to_print(struct dim_key k, struct event *ev)
{
    struct print *p = &ev->u.print;
    uint32_t cond = (uint32_t)get(k, 0, 32, 32);
    memcpy(p->cond, &cond, sizeof cond);
    ev->venue = (uint16_t)get(k, 0, 0, 16);
    p->cond_other = (uint16_t)get(k, 0, 16, 16);
    p->tape = (char)get(k, 1, 0, 8);
    ev->feed = (uint8_t)get(k, 1, 8, 8);
    p->flags = (uint8_t)get(k, 1, 16, 8);
}

struct dim_key dim_of_quote(const struct event *ev)
{
    const struct quote *q = &ev->u.quote;
    return (struct dim_key){
        {(uint64_t)ev->venue | (uint64_t)q->bid_venue << 16 | (uint64_t)q->ask_venue << 32,
         (uint64_t)(uint8_t)q->cond | (uint64_t)ev->feed << 8 | (uint64_t)q->flags << 16}};
}

void dim_to_quote(struct dim_key k, struct event *ev)
{
    struct quote *q = &ev->u.quote;
    ev->venue = (uint16_t)get(k, 0, 0, 16);
    q->bid_venue = (uint16_t)get(k, 0, 16, 16);
    q->ask_venue = (uint16_t)get(k, 0, 32, 16);
    q->cond = (char)get(k, 1, 0, 8);
    ev->feed = (uint8_t)get(k, 1, 8, 8);
    q->flags = (uint8_t)get(k, 1, 16, 8);
}

struct dim_key dim_of_join(const struct join *j, uint64_t bits)
{
    return (struct dim_key){
        {(uint64_t)(uint8_t)j->side | (uint64_t)j->state << 8 | (uint64_t)j->placement << 16 |
             (uint64_t)j->rule << 24 | (uint64_t)j->reason << 32 | (uint64_t)j->confidence << 40 |
             (uint64_t)j->family << 48 | (uint64_t)j->flags << 56,
         bits | (uint64_t)j->placement_report << 8 | (uint64_t)j->revision << 16}};
}

uint64_t dim_to_join(struct dim_key k, struct join *j)
{
    j->side = (int8_t)get(k, 0, 0, 8);
    j->state = (uint8_t)get(k, 0, 8, 8);
    j->placement = (uint8_t)get(k, 0, 16, 8);
    j->rule = (uint8_t)get(k, 0, 24, 8);
    j->reason = (uint8_t)get(k, 0, 32, 8);
    j->confidence = (uint8_t)get(k, 0, 40, 8);
    j->family = (uint8_t)get(k, 0, 48, 8);
    j->flags = (uint8_t)get(k, 0, 56, 8);
    j->placement_report = (uint8_t)get(k, 1, 8, 8);
    j->revision = (uint8_t)get(k, 1, 16, 8);
    return k.w[1] & VERDICT_BITS;
}

struct dim_key dim_of_packet(const struct packet *p)
{
    return (struct dim_key){{(uint64_t)(uint8_t)p->side | (uint64_t)p->kind << 8 |
                                 (uint64_t)p->grade << 16 | (uint64_t)p->state << 24 |
                                 (uint64_t)p->reason << 32 | (uint64_t)p->confidence << 40 |
                                 (uint64_t)p->family << 48 | (uint64_t)p->split << 56,
                             p->flags}};
}

void dim_to_packet(struct dim_key k, struct packet *p)
{
    p->side = (int8_t)get(k, 0, 0, 8);
    p->kind = (uint8_t)get(k, 0, 8, 8);
    p->grade = (uint8_t)get(k, 0, 16, 8);
    p->state = (uint8_t)get(k, 0, 24, 8);
    p->reason = (uint8_t)get(k, 0, 32, 8);
    p->confidence = (uint8_t)get(k, 0, 40, 8);
    p->family = (uint8_t)get(k, 0, 48, 8);
    p->split = (uint8_t)get(k, 0, 56, 8);
    p->flags = (uint32_t)get(k, 1, 0, 32);
}

struct dim_key dim_of_reading(const struct packet *p)
{
    return (struct dim_key){{(uint64_t)(uint8_t)p->direction | (uint64_t)p->direction_reason << 8 |
                                 (uint64_t)p->opening_reason << 16 |
                                 (uint64_t)p->forward_source << 24 |
                                 (uint64_t)p->rarity_reason << 32 | (uint64_t)p->shape << 40 |
                                 (uint64_t)p->class << 48 | (uint64_t)p->legs << 56,
                             0}};
}

void dim_to_reading(struct dim_key k, struct packet *p)
{
    p->direction = (int8_t)get(k, 0, 0, 8);
    p->direction_reason = (uint8_t)get(k, 0, 8, 8);
    p->opening_reason = (uint8_t)get(k, 0, 16, 8);
    p->forward_source = (uint8_t)get(k, 0, 24, 8);
    p->rarity_reason = (uint8_t)get(k, 0, 32, 8);
    p->shape = (uint8_t)get(k, 0, 40, 8);
    p->class = (uint8_t)get(k, 0, 48, 8);
    p->legs = (uint8_t)get(k, 0, 56, 8);
}

/* Lately used keys, so that the map is asked for new ones only. */
#define CACHE_SIZE 1024
struct dim_writer {
    struct map *maps[DIM_COUNT];
    sqlite3_stmt *insert[DIM_COUNT];
    struct {
        struct dim_key key;
        uint32_t id;
    } cache[DIM_COUNT][CACHE_SIZE];
};

/* "id, venue, cond_other, ...": the order of the fields, not of the table. */
static size_t add_columns(struct text *t, enum dim d)
{
    size_t n = 0;
    text_add(t, "id");
    for (; n < FIELDS_MAX && dims[d].fields[n].column; n++)
        text_add(t, ", %s", dims[d].fields[n].column);
    return n;
}

static sqlite3_stmt *prepare_insert(sqlite3 *db, enum dim d)
{
    char sql[512];
    struct text t = text_on(sql, sizeof sql);
    text_add(&t, "INSERT INTO %s (", dims[d].table);
    size_t n = add_columns(&t, d);
    text_add(&t, ") VALUES (?");
    for (size_t i = 0; i < n; i++)
        text_add(&t, ", ?");
    text_add(&t, ")");
    return db_prepare(db, sql);
}

struct dim_writer *dim_writer_create(sqlite3 *db)
{
    struct dim_writer *w = mem_alloc(sizeof *w);
    for (int d = 0; d < DIM_COUNT; d++) {
        w->maps[d] = map_create();
        w->insert[d] = prepare_insert(db, (enum dim)d);
        if (!w->insert[d]) {
            dim_writer_destroy(w);
            return NULL;
        }
    }
    return w;
}

void dim_writer_destroy(struct dim_writer *w)
{
    if (!w)
        return;
    for (int d = 0; d < DIM_COUNT; d++) {
        map_destroy(w->maps[d]);
        sqlite3_finalize(w->insert[d]);
    }
    mem_free(w);
}

static void bind_field(sqlite3_stmt *s, int at, const struct field *f, struct dim_key key)
{
    uint64_t v = get(key, f->word, f->shift, f->bits);
    if (f->type == FIELD_TEXT) {
        char letters[5] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};
        if (v)
            sqlite3_bind_text(s, at, letters, -1, SQLITE_TRANSIENT);
        else
            sqlite3_bind_null(s, at);
    } else if (f->type == FIELD_ID && v == 0)
        sqlite3_bind_null(s, at);
    else
        sqlite3_bind_int64(s, at, f->type == FIELD_SIGNED ? (int8_t)v : (int64_t)v);
}

static bool insert(struct dim_writer *w, enum dim d, struct dim_key key, uint32_t id)
{
    sqlite3_stmt *s = w->insert[d];
    sqlite3_bind_int64(s, 1, id);
    for (int i = 0; i < FIELDS_MAX && dims[d].fields[i].column; i++)
        bind_field(s, i + 2, &dims[d].fields[i], key);
    sqlite3_step(s);
    return sqlite3_reset(s) == SQLITE_OK;
}

uint32_t dim_put(struct dim_writer *w, enum dim d, struct dim_key key)
{
    uint64_t hash = (key.w[0] ^ key.w[1] * UINT64_C(0xc2b2ae3d27d4eb4f)) *
                    UINT64_C(0x9e3779b97f4a7c15);
    size_t slot = hash >> 54; /* 1024 slots */
    if (w->cache[d][slot].id && w->cache[d][slot].key.w[0] == key.w[0] &&
        w->cache[d][slot].key.w[1] == key.w[1])
        return w->cache[d][slot].id;
    uint32_t id;
    if (!map_get(w->maps[d], &key, sizeof key, &id)) {
        id = (uint32_t)map_count(w->maps[d]) + 1;
        if (!insert(w, d, key, id))
            return 0;
        map_put(w->maps[d], &key, sizeof key, id);
    }
    w->cache[d][slot].key = key;
    w->cache[d][slot].id = id;
    return id;
}

static struct dim_key read_key(sqlite3_stmt *s, enum dim d)
{
    struct dim_key key = {{0, 0}};
    for (int i = 0; i < FIELDS_MAX && dims[d].fields[i].column; i++) {
        const struct field *f = &dims[d].fields[i];
        uint64_t v = 0;
        if (f->type == FIELD_TEXT) {
            const char *text = (const char *)sqlite3_column_text(s, i + 1);
            for (int c = 0; text && c < f->bits / 8 && text[c]; c++)
                v |= (uint64_t)(uint8_t)text[c] << c * 8;
        } else
            v = (uint64_t)sqlite3_column_int64(s, i + 1);
        key.w[f->word] |= (v & ((UINT64_C(1) << f->bits) - 1)) << f->shift;
    }
    return key;
}

static void add_row(struct dim_rows *rows, enum dim d, struct dim_key key)
{
    if (rows->n[d] == rows->cap[d]) {
        rows->cap[d] = MAX(rows->cap[d] * 2, 64u);
        rows->keys[d] = mem_grow(rows->keys[d], rows->cap[d], sizeof *rows->keys[d]);
    }
    rows->keys[d][rows->n[d]++] = key;
}

/* Numbers are dense; a hole ends the loading, so that what refers past it is seen as damage. */
static int load(sqlite3 *db, struct dim_rows *rows, enum dim d)
{
    char sql[512];
    struct text t = text_on(sql, sizeof sql);
    text_add(&t, "SELECT ");
    add_columns(&t, d);
    text_add(&t, " FROM %s WHERE id > %u ORDER BY id", dims[d].table, rows->n[d]);
    sqlite3_stmt *s;
    int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (rc != SQLITE_OK)
        return rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW && sqlite3_column_int64(s, 0) == rows->n[d] + 1)
        add_row(rows, d, read_key(s, d));
    sqlite3_finalize(s);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

int dim_load(sqlite3 *db, struct dim_rows *rows)
{
    int rc = SQLITE_OK;
    for (int d = 0; rc == SQLITE_OK && d < DIM_COUNT; d++)
        rc = load(db, rows, (enum dim)d);
    return rc;
}

void dim_free(struct dim_rows *rows)
{
    for (int d = 0; d < DIM_COUNT; d++)
        mem_free(rows->keys[d]);
}
