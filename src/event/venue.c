/* Venue lookups over the generated rows. See venue.h. */
#include "event/venue.h"

#include <string.h>

#include "event/table.h"

static const struct venue none = {
    .mic = "?", .name = "not given", .theta = -1, .massive = -1, .source = ""};

static size_t side_index(enum venue_side side)
{
    return side == VENUE_EQUITY;
}

const struct venue *venue_get(uint16_t id)
{
    return id < venue_rows_n && venue_rows[id].mic ? &venue_rows[id] : &none;
}

uint16_t venue_count(void)
{
    return venue_rows_n;
}

uint16_t venue_option_first(void)
{
    return 1;
}

static uint16_t by_mic(const char *s, size_t n)
{
    size_t lo = 0, hi = venue_mics_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const char *mic = venue_rows[venue_mics[mid]].mic;
        int order = strncmp(mic, s, n);
        if (order == 0 && mic[n] == '\0')
            return venue_mics[mid];
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return 0;
}

uint16_t venue_by_code(enum venue_side side, const char *s, size_t n)
{
    if (n == 1)
        return (unsigned char)*s < 128 ? venue_letters[side_index(side)][(unsigned char)*s] : 0;
    if (n < 3 || n > 4 || memchr(s, '\0', n))
        return 0;
    uint16_t id = by_mic(s, n);
    return id && venue_rows[id].side == (char)side ? id : 0;
}

uint16_t venue_by_publisher(uint16_t publisher)
{
    return publisher < ARRAY_LEN(venue_publishers) ? venue_publishers[publisher] : 0;
}

uint16_t venue_by_theta(enum venue_side side, int code)
{
    return code >= 0 && code < (int)ARRAY_LEN(venue_thetas[0])
               ? venue_thetas[side_index(side)][code]
               : 0;
}

uint16_t venue_by_massive(enum venue_side side, int id)
{
    return id >= 0 && id < (int)ARRAY_LEN(venue_massives[0]) ? venue_massives[side_index(side)][id]
                                                             : 0;
}

bool venue_off_exchange(uint16_t id)
{
    uint8_t kind = venue_get(id)->kind;
    return kind == VENUE_TRF || kind == VENUE_ADF;
}
