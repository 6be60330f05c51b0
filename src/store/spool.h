/* Internal to store/: several sessions read as one tape. Each keeps its reader, its ids and its
 * names; what comes out has the ids of the whole: those of a later session count on from where the
 * one before it ends. */
#pragma once
#include "store/query.h"

struct spool;

void spool_destroy(struct spool *s); /* NULL is fine */

typedef int spool_page(struct reader *r, enum row_kind kind, struct playhead at, uint64_t key,
                       struct row *ret, size_t n, struct err *err);
/* Pages from one session and on into its neighbours. */
int spool_before(struct spool *s, spool_page *page, enum row_kind kind, struct playhead at,
                 uint64_t before, struct row *ret, size_t n, struct err *err);
int spool_after(struct spool *s, spool_page *page, enum row_kind kind, struct playhead at,
                uint64_t after, struct row *ret, size_t n, struct err *err);
int spool_complete(struct spool *s, struct row *rows, size_t n, struct err *err);

/* As the functions of query.h of these names. */
int spool_span(struct spool *s, struct session_span *ret);
int spool_state(struct spool *s, struct reader_state *ret, struct err *err);
int spool_events(struct spool *s, uint64_t after, struct event *ret, size_t n, struct err *err);
int spool_at_time(struct spool *s, int64_t ns, struct playhead *ret, struct err *err);
int spool_event(struct spool *s, uint64_t seq, struct event *ret, struct err *err);
int spool_lanes(struct spool *s, int64_t from_ns, int64_t to_ns, struct lane_cell *ret, size_t n,
                struct err *err);
int spool_packet(struct spool *s, struct playhead at, uint64_t id, struct packet *ret,
                 struct err *err);
int spool_members(struct spool *s, struct playhead at, uint64_t id, struct row *ret, size_t n,
                  struct err *err);
int spool_merged(struct spool *s, struct playhead at, uint64_t id, uint64_t *ret, size_t n,
                 struct err *err);
int spool_structure(struct spool *s, struct playhead at, uint64_t id, struct structure *ret,
                    struct err *err);
int spool_structures_of(struct spool *s, struct playhead at, uint64_t packet, struct structure *ret,
                        size_t n, struct err *err);
int spool_campaign(struct spool *s, struct playhead at, uint64_t id, struct campaign *ret,
                   struct err *err);
int spool_print(struct spool *s, struct playhead at, uint64_t seq, struct row *ret,
                struct err *err);
int spool_repair(struct spool *s, uint64_t seq, struct repair *ret, struct err *err);
int spool_halt(struct spool *s, struct playhead at, int dir, struct playhead *ret, struct err *err);
