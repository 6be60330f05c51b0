/* The readers' side of a session file: read-only connections that never write or checkpoint, short
 * read transactions. Works on a file being recorded by this or another process and on closed ones.
 * One reader belongs to one thread. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "base/track.h"
#include "event/carried.h"
#include "event/event.h"
#include "event/ident.h"
#include "event/record.h"
#include "event/symbol.h"
#include "store/mark.h"

struct reader;

/* Opens an existing session, applies the defensive settings of dependencies.md, checks that it is
 * ours and not newer than we are (newer: opens, reader_newer() says so), and loads its instruments
 * and idents. ERR_USAGE: no such file or not a session; ERR_DAMAGED: damaged, with what and where.
 */
int reader_open(const char *path, struct reader **ret, struct err *err);
void reader_close(struct reader *r); /* NULL is fine */
/* The same file once more, for another thread. */
int reader_again(const struct reader *r, struct reader **ret, struct err *err);

/* Several sessions as one tape, in order of their first events; those of which two overlap in time
 * are refused. What the reader gives has ids of the whole: the second session's event 1 follows the
 * first one's last, and packets are called by the event they have as their id. Not for
 * reader_again, _facts, _quotes, _records, _keyframe, _last, _opening, _interest, _check: these are
 * asked of the parts. */
int reader_open_all(const char *const *paths, size_t n, struct reader **ret, struct err *err);
struct tape_part;
/* The sessions of such a reader in their order; 0 for a single one. */
size_t reader_parts(const struct reader *r, const struct tape_part **ret);

struct symbols *reader_symbols(struct reader *r); /* owned by the reader */
struct idents *reader_idents(struct reader *r);
int reader_refresh(struct reader *r, struct err *err); /* loads names added since */
bool reader_newer(const struct reader *r);

/* A place on the tape: what is on screen at a playhead is what the engine had said when it had seen
 * event `seq` and its clock stood at `ns`. */
struct playhead {
    uint64_t seq;
    int64_t ns;
};
#define PLAYHEAD_END ((struct playhead){UINT64_MAX, INT64_MAX})

struct session_span {
    uint64_t first_seq, last_seq; /* 0,0 when empty */
    int64_t first_ns, last_ns;    /* recv_ns of those */
};
int reader_span(struct reader *r, struct session_span *ret, struct err *err);

struct tape_part {
    struct reader *reader;
    const char *path;
    char name[128];           /* of the file, cleaned */
    uint64_t before;          /* its event 1 is event before + 1 of the whole */
    struct session_span span; /* seqs of the whole */
    int64_t end_ns;           /* engine time at its end, not beyond the start of the next */
};
/* Engine time without what lies between the sessions: the tape as it runs through the deck. A time
 * between two sessions is the end of the first. Of one session (n 0): engine time. */
int64_t tape_pos(const struct tape_part *parts, size_t n, int64_t ns);
int64_t tape_ns(const struct tape_part *parts, size_t n, int64_t pos);
/* The session in which a playhead stands, with the playhead as it sees it; else the reader itself.
 */
struct reader *reader_part(struct reader *r, struct playhead *at);

/* From now on whatever the reader does ends early with ERR_NO_ROWS, "stopped", once stopped() says
 * so; it may be asked on the reader's thread at any time. NULL = never. */
void reader_watch(struct reader *r, bool (*stopped)(void *self), void *self);

/* The stamp last committed (store.h), and whether the recorder closed the file properly. */
struct reader_state {
    uint64_t seq, records, digest, policy_hash;
    int64_t clock_ns;
    int engine_version;
    bool closed, exported;
};
int reader_state(struct reader *r, struct reader_state *ret, struct err *err);
/* Value of a meta key (of several sessions: of the first) into buf; 0, or ERR_NO_ROWS when absent
 * (buf is "" then). */
int reader_meta(struct reader *r, const char *key, char *buf, size_t cap);

/* The facts the recorder wrote: each key of meta with its value, in order of keys. 0 or -code. */
int reader_facts(struct reader *r, void (*take)(void *self, const char *key, const char *value),
                 void *self, struct err *err);

/* Raw events with seq > after, oldest first, at most n; all tables merged by seq. Returns how many
 * (0 = no more for now) or -code. This is what replay and verify push through the door. */
int reader_events(struct reader *r, uint64_t after, struct event *ret, size_t n, struct err *err);
/* The same of quotes alone. */
int reader_quotes(struct reader *r, uint64_t after, struct event *ret, size_t n, struct err *err);
/* Derived records in emission order from ordinal `after`+1; for verify. */
int reader_records(struct reader *r, uint64_t after, struct record *ret, size_t n, struct err *err);

enum row_kind { /* what `query` and the panes list; names in row_kind_name */
                ROW_OPTION,
                ROW_QUOTE,
                ROW_EQUITY,
                ROW_EQUITY_QUOTE,
                ROW_PACKET,
                ROW_STRUCTURE,
                ROW_CAMPAIGN,
                ROW_GAP,
                ROW_INSTRUMENT,
                ROW_STAT,
                ROW_MARK,
                ROW_KIND_COUNT
};
const char *row_kind_name(enum row_kind k); /* options quotes equities equity-quotes packets ... */
int row_kind_parse(const char *s);          /* enum row_kind, or -1 */

/* The legs of a package, in the order of its structure: by expiry, strike, calls first. */
struct leg_list {
    uint32_t sym[STRUCTURE_LEGS];
    int8_t sign[STRUCTURE_LEGS];
    uint8_t ratio[STRUCTURE_LEGS];
    int64_t delta_notional; /* of the structure; with greeks */
    int8_t side;            /* of the structure */
    uint8_t n;              /* 0: no package, or its structure is not there */
    bool greeks;
};
struct leg_list leg_list_of(const struct structure *s);

/* One line of a tape, complete in itself. Prints, packets, structures and campaigns are as in force
 * at the playhead: what later events made of them by then. ev is always the event as it came. */
struct row {
    uint8_t kind; /* enum row_kind */
    uint64_t key; /* order within its kind: seq; of what has versions, the ordinal of the first */
    struct event ev;      /* OPTION EQUITY QUOTE EQUITY_QUOTE GAP */
    struct playhead said; /* PACKET STRUCTURE CAMPAIGN: where its first version was said */
    union {
        struct join join; /* OPTION, EQUITY */
        struct {
            struct packet packet; /* PACKET */
            struct leg_list legs; /* of a package */
        };
        struct structure structure; /* STRUCTURE */
        struct campaign campaign;   /* CAMPAIGN */
        struct {
            uint32_t id;           /* symbol id */
            uint8_t oi_feed;       /* feed that stated the open interest */
            uint64_t contract_seq; /* last contract event; 0 = none */
            int64_t multiplier;    /* of that, 1e-6; 0 = none */
            uint32_t underlying;   /* of that, 0 = not stated */
            uint64_t note;         /* of that, an id (ident.h); 0 = none */
            uint64_t oi_seq;       /* last open interest event; 0 = none */
            int64_t oi, oi_ns;     /* 1e-6 contracts, and as of when */
        } instrument;              /* INSTRUMENT */
        struct {
            char name[64], value[96];
            int64_t share;     /* of its group, percent in 1e-9; -1 = no such thing */
        } stat;                /* STAT */
        struct tape_mark mark; /* MARK */
    } u;
};

/* Packets are top readings: one that had become a member of a repeat run by then (PS_MERGED) is in
 * no page; reader_packet and reader_members find it. The run stands where it was first told.
 *
 * Rows of a kind as of a playhead: up to n rows with key < before (older first in ret), or with
 * key > after when going forward. Nothing later than the playhead is ever returned. Returns the
 * count or -code. Cost: a few row-id look-ups plus the rows. */
int reader_page_before(struct reader *r, enum row_kind kind, struct playhead at, uint64_t before,
                       struct row *ret, size_t n, struct err *err);
int reader_page_after(struct reader *r, enum row_kind kind, struct playhead at, uint64_t after,
                      struct row *ret, size_t n, struct err *err);

/* The same for looking through many rows: prints come without what their quotes say (bid, ask,
 * their sizes, quote_ns, report_bid, report_ask), which is most of what a row costs.
 * reader_complete puts that into the rows that are wanted; 0 or -code. */
int reader_scan_before(struct reader *r, enum row_kind kind, struct playhead at, uint64_t before,
                       struct row *ret, size_t n, struct err *err);
int reader_scan_after(struct reader *r, enum row_kind kind, struct playhead at, uint64_t after,
                      struct row *ret, size_t n, struct err *err);
int reader_complete(struct reader *r, struct row *rows, size_t n, struct err *err);
/* Such rows as they were first told, whatever became of them up to the playhead; packets that were
 * merged from the first on are left out. */
int reader_told_before(struct reader *r, enum row_kind kind, struct playhead at, uint64_t before,
                       struct row *ret, size_t n, struct err *err);
int reader_told_after(struct reader *r, enum row_kind kind, struct playhead at, uint64_t after,
                      struct row *ret, size_t n, struct err *err);

/* The last key of a kind that a playhead lets one see (as of the moment of its first version); 0 =
 * none. */
int reader_last(struct reader *r, enum row_kind kind, struct playhead at, uint64_t *ret,
                struct err *err);

/* The last event with recv_ns <= ns (ret->ns = ns), by bisection over the row ids. seq 0: before
 * the first. */
int reader_at_time(struct reader *r, int64_t ns, struct playhead *ret, struct err *err);
/* recv_ns of an event by seq; the event itself. ERR_NO_ROWS when there is none. */
int reader_event(struct reader *r, uint64_t seq, struct event *ret, struct err *err);

/* A stored state of the engine (deck.h, frames). The file may be anybody's: what is in it is
 * checked where it is loaded. */
struct keyframe {
    struct frame facts; /* no parts */
    int64_t first_part, last_part;
};
/* The newest one not later than the playhead, with at most so many entries gone into the histories,
 * of this layout. 0, -ERR_NO_ROWS (err is not set) or -code. */
struct keyframe_wish {
    struct playhead at;
    uint64_t quotes, prints;
    uint64_t layout;
};
int reader_keyframe(struct reader *r, const struct keyframe_wish *wish, struct keyframe *ret,
                    struct err *err);
/* The next of its parts: those of the full frame its chain begins with, then of those after it.
 * *after is 0 at first. 1, 0 at the end, -code. ret->records is valid until the next call. */
int reader_keyframe_part(struct reader *r, const struct keyframe *k, int64_t *after,
                         struct frame_part *ret, struct err *err);

/* One column of the timeline. */
struct lane_cell {
    uint64_t events;
    uint64_t prints, packets; /* of columns of half a second or more: finer ones have none */
    uint64_t top_packet;      /* id of the packet of the largest premium, 0 = none */
    int64_t top_premium;      /* 1e-9 dollars */
    int8_t top_side;          /* +1 bought, -1 sold, 0 none */
    bool gap, halt;           /* something may be missing; a halt was called */
};
/* n columns of equal width over [from_ns, to_ns] (engine time; of several sessions tape_pos),
 * from stored summaries of a second or more; finer columns are counted from the rows. Packets stand
 * where they were first told, as in force at the end of the tape: not at all when they were
 * retracted or merged (lane.h). A summary that straddles two columns counts in the one where it
 * begins (before from_ns: in the first); where columns are narrower, in equal parts in all. */
int reader_lanes(struct reader *r, int64_t from_ns, int64_t to_ns, struct lane_cell *ret, size_t n,
                 struct err *err);

/* Evidence: a packet by id (newest version as of the playhead), its members oldest first: the
 * prints whose join in force names it; of a repeat run also those of the packets merged into it. */
int reader_packet(struct reader *r, struct playhead at, uint64_t id, struct packet *ret,
                  struct err *err);
int reader_members(struct reader *r, struct playhead at, uint64_t id, struct row *ret, size_t n,
                   struct err *err);
/* The packets merged into a repeat run as of the playhead, oldest first, without the run itself:
 * ids of at most n. */
int reader_merged(struct reader *r, struct playhead at, uint64_t id, uint64_t *ret, size_t n,
                  struct err *err);
/* A structure or campaign by id, newest version as of the playhead; ERR_NO_ROWS when there is none.
 */
int reader_structure(struct reader *r, struct playhead at, uint64_t id, struct structure *ret,
                     struct err *err);
int reader_campaign(struct reader *r, struct playhead at, uint64_t id, struct campaign *ret,
                    struct err *err);
/* The inferred structures a packet is a leg of as of the playhead, oldest first; how many, at most
 * n, or -code. */
int reader_structures_of(struct reader *r, struct playhead at, uint64_t packet,
                         struct structure *ret, size_t n, struct err *err);
/* One print with its join in force. */
int reader_print(struct reader *r, struct playhead at, uint64_t seq, struct row *ret,
                 struct err *err);
/* What the next open interest said of a contract's day (yyyymmdd), the last word as of the
 * playhead; -ERR_NO_ROWS without text when nothing has. */
int reader_opening(struct reader *r, struct playhead at, uint32_t sym, int32_t day,
                   struct opening *ret, struct err *err);
/* The open interest events of a contract up to the playhead, newest first; their number or -code.
 */
int reader_interest(struct reader *r, struct playhead at, uint32_t sym, struct event *ret, size_t n,
                    struct err *err);
/* The baselines the session began with, or (left) those it leaves to the next: none unless it was
 * closed. The caller's (carried_destroy). */
int reader_carried(struct reader *r, bool left, struct carried **ret, struct err *err);
/* What became of a cancel or correction, by its seq; ERR_NO_ROWS when the event is none. */
int reader_repair(struct reader *r, uint64_t seq, struct repair *ret, struct err *err);

/* The nearest halt called after the playhead (dir > 0) or before it: where it was seen. ERR_NO_ROWS
 * when there is none. */
int reader_halt(struct reader *r, struct playhead at, int dir, struct playhead *ret,
                struct err *err);

/* Checks the file itself: integrity_check, foreign_key_check, counts against meta accounting.
 * say() gets one line per finding and per progress step; returns the number of problems or -code.
 */
int reader_check(struct reader *r, void (*say)(void *self, bool problem, const char *line),
                 void *self, struct err *err);
