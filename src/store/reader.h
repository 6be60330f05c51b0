/* Internal to store/: a reading connection, its statements and what it has loaded. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "store/dim.h"
#include "store/query.h"
#include "store/row.h"

/* Prepared on first use. UP and DOWN take (low, exclusive; high, inclusive; limit), by key. */
enum statement {
    ST_BEGIN,
    ST_END,
    ST_META,
    ST_RAW_UP,                                 /* + enum raw_table */
    ST_RAW_DOWN = ST_RAW_UP + RAW_COUNT,       /* + enum raw_table */
    ST_RAW_FLOOR = ST_RAW_DOWN + RAW_COUNT,    /* + enum raw_table: seq, ts, lag at or before */
    ST_RAW_CEILING = ST_RAW_FLOOR + RAW_COUNT, /* + enum raw_table: at or after */
    ST_PRINT_UP = ST_RAW_CEILING + RAW_COUNT,  /* + 0 option, 1 equity: with join and quotes */
    ST_LEAN_UP = ST_PRINT_UP + 2,              /* + 0, 1: with join alone */
    ST_LEAN_DOWN = ST_LEAN_UP + 2,             /* + 0, 1 */
    ST_QUOTE = ST_LEAN_DOWN + 2,               /* + 0, 1: the quote ?1, for a join */
    ST_PACKET_UP = ST_QUOTE + 2,               /* first versions */
    ST_PACKET_DOWN,
    ST_PACKET_ALL,                       /* all versions, by rev */
    ST_PACKET_NEWEST,                    /* id, rev: versions of ids in a range up to rev ?3 */
    ST_REVISION_UP,                      /* + 0 option, 1 equity: joins by rev */
    ST_REVISION_OF = ST_REVISION_UP + 2, /* + 0, 1: of prints in a range, made up to seq ?3 */
    ST_REPAIR_UP = ST_REVISION_OF + 2,   /* by rev */
    ST_REPAIR_OF,                        /* of the event ?1 */
    ST_STRUCTURE_UP,                     /* first versions */
    ST_STRUCTURE_DOWN,
    ST_STRUCTURE_ALL,   /* all versions, by rev */
    ST_STRUCTURE_FLOOR, /* as ST_PACKET_FLOOR */
    ST_STRUCTURE_OF,    /* rev of the newest version of id ?1 up to rev ?2 */
    ST_LEGS,            /* of the version ?1 */
    ST_LEG_OF,          /* ids of the structures with a leg of seq ?1 up to rev ?2 */
    ST_CAMPAIGN_UP,     /* the same of campaigns */
    ST_CAMPAIGN_DOWN,
    ST_CAMPAIGN_ALL,
    ST_CAMPAIGN_FLOOR,
    ST_CAMPAIGN_OF,
    ST_PACKET_FLOOR, /* rev, at_seq, at_ns at or before a rev */
    ST_PACKET_FIND,  /* first rev above ?1 up to ?2 with id ?3 */
    ST_MEMBERS,      /* ?4 = packet: prints that at any time belonged to it */
    ST_MERGED,       /* the next id above ?3 merged into ?1 up to rev ?2 */
    ST_OPENS,        /* a row when the print ?1 ever opened a packet */
    ST_NAMES_UP,
    ST_NAMES_DOWN,
    ST_STATS,
    ST_MARK_UP,
    ST_MARK_DOWN,
    ST_HALT_UP,
    ST_HALT_DOWN,
    ST_LANES,         /* ?1 width_s, at_s above ?2 up to ?3 */
    ST_LANE_SEQ,      /* last_seq, at_s of the second ?1 or the one before, and of its forerunner */
    ST_GAP_SPANS,     /* from_ns, to_ns of the gaps that touch ?1 .. ?2 */
    ST_KEYFRAME,      /* the last with seq, clock_ns, quotes, prints up to ?1 .. ?4, layout ?5 */
    ST_KEYFRAME_PART, /* the next above ?1 up to ?2, of frame ?3 where only its own counts */
    ST_REFERENCE,     /* the last of symbol ?1 and kind ?2 up to seq ?3 */
    ST_REFERENCES,    /* all of them, newest first */
    ST_BASELINE,      /* of generation ?1 */
    ST_OPENING_ALL,   /* by rev */
    ST_OPENING_OF,    /* the last of contract ?1 and day ?2 made up to seq ?3 */
    ST_COUNT
};

/* Tables with places beside the raw ones (reader_floor). */
enum place_table { PLACE_PACKET = RAW_COUNT, PLACE_STRUCTURE, PLACE_CAMPAIGN, PLACE_COUNT };

struct reader {
    struct spool *spool; /* several sessions: then it has no connection of its own */
    sqlite3 *db;
    char *path;
    struct symbols *symbols;
    struct idents *idents;
    struct dim_rows dims;
    uint64_t n_idents;
    bool newer;
    uint64_t work; /* progress calls within the current transaction */
    uint64_t work_limit;
    bool (*stopped)(void *self);
    void *stopped_self;
    sqlite3_stmt *statements[ST_COUNT];
    struct row *stats; /* made on first use */
    size_t n_stats;
    char *columns, *records; /* a block of a keyframe; NULL until one is read */
    struct {                 /* where reader_records stands */
        uint64_t ordinal, rev, seq;
    } cursor;
    struct { /* the playhead last asked for: what it lets one see */
        struct playhead at;
        unsigned known;             /* 1 << table */
        uint64_t last[PLACE_COUNT]; /* by table */
    } seen;
};

/* A statement reset and ready to bind; NULL when it cannot be prepared (a damaged schema). */
sqlite3_stmt *reader_statement(struct reader *r, enum statement which);
/* The same with (low, high, limit) bound; keys above INT64_MAX are clamped. */
sqlite3_stmt *reader_range(struct reader *r, enum statement which, uint64_t low, uint64_t high,
                           int64_t limit);
/* A read transaction: what is read between the two belongs together. Keep it short. */
int reader_begin(struct reader *r, struct err *err);
void reader_end(struct reader *r);
/* Fills err from the connection: damage, busy, ... Returns -code. */
int reader_fail(struct reader *r, struct err *err, const char *what);
/* A row that cannot be right. Returns -ERR_DAMAGED. */
int reader_damaged(struct reader *r, struct err *err, const char *table, uint64_t key);
/* Reads the event at columns 0...; loads names added since when the row uses them. 0 or -code. */
int reader_row(struct reader *r, sqlite3_stmt *s, enum raw_table t, struct event *ret,
               struct err *err);
/* The same for a print: event and join, with what its quotes say from a row of ST_PRINT_* or
 * ST_MEMBERS, without from one of ST_LEAN_*. *ret_any: it has a join. */
int reader_print_row(struct reader *r, sqlite3_stmt *s, bool option, struct event *ev, bool quotes,
                     struct join *join, bool *ret_any, struct err *err);
/* The same as a row of a tape; without a join it says so like one without a quote. */
int reader_print_as_row(struct reader *r, sqlite3_stmt *s, bool option, bool quotes,
                        struct row *ret, struct err *err);
/* A row of ST_REVISION_*. */
int reader_revision_row(struct reader *r, sqlite3_stmt *s, bool option, uint64_t *ret_rev,
                        struct join *ret, struct err *err);
int reader_packet_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev, struct packet *ret,
                      struct err *err);
/* With its legs. */
int reader_structure_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev,
                         struct structure *ret, struct err *err);
int reader_campaign_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev, struct campaign *ret,
                        struct err *err);
int reader_opening_row(struct reader *r, sqlite3_stmt *s, uint64_t *ret_rev, struct opening *ret,
                       struct err *err);
/* Steps a statement; *head = the number in its first column, UINT64_MAX at the end. 0 or -code. */
int reader_step(struct reader *r, sqlite3_stmt *s, uint64_t *head, struct err *err);
/* The last key of a raw table (enum raw_table: its seq) or of a table of records (enum place_table:
 * its rev) that a playhead lets one see; 0 = none. Asked again for the same playhead it costs
 * nothing. */
int reader_floor(struct reader *r, int table, struct playhead at, uint64_t *ret, struct err *err);
/* Puts the joins in force as of `at` into rows of prints, sorted by key. */
int reader_revise_prints(struct reader *r, bool option, struct playhead at, struct row *rows, int n,
                         struct err *err);
/* Puts the newest versions with rev <= last into rows of packets. */
int reader_revise_packets(struct reader *r, uint64_t last, struct row *rows, int n,
                          struct err *err);
/* The packet emitted as record `rev`. */
int reader_packet_at(struct reader *r, uint64_t rev, struct packet *ret, struct err *err);
/* The newest versions with rev <= last of structures (or campaigns) into rows of them. */
int reader_revise_structures(struct reader *r, uint64_t last, struct row *rows, int n,
                             struct err *err);
int reader_revise_campaigns(struct reader *r, uint64_t last, struct row *rows, int n,
                            struct err *err);
/* The legs of those rows of packets that are packages, as told up to rev `last`. */
int reader_put_legs(struct reader *r, uint64_t last, struct row *rows, int n, struct err *err);
/* All packets in order of their first versions, as they are in the end: the merged ones too. */
int reader_page_packets(struct reader *r, uint64_t after, struct row *ret, size_t n,
                        struct err *err);
/* The rows of ROW_STAT with keys 1...*ret_n, kept by the reader; NULL with *err on failure. Inside
 * a read transaction. */
const struct row *reader_stats(struct reader *r, size_t *ret_n, struct err *err);
