/* Internal to store/: summaries for the timeline, written while the session grows: one row for each
 * second, half minute and quarter of an hour in which something happened. Times are engine time
 * (recv_ns; at_ns of packets). A packet counts where it was first told, as it was last told: not at
 * all once it is retracted or merged into another. What is said of one that LANE_PACKETS others
 * have followed changes nothing any more. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "event/event.h"
#include "event/record.h"

#define LANE_LEVELS 3
extern const int64_t lane_widths_s[LANE_LEVELS]; /* the shortest first */

#define LANE_PACKETS_LOG2 17
#define LANE_PACKETS      (1u << LANE_PACKETS_LOG2)

struct lane_writer;

struct lane_writer *lane_writer_create(sqlite3 *db); /* NULL: the connection has the error */
void lane_writer_destroy(struct lane_writer *w);
/* Each returns an SQLite code; most calls only count. */
int lane_event(struct lane_writer *w, const struct event *ev);
int lane_packet(struct lane_writer *w, const struct packet *p, bool first);
int lane_stamp(struct lane_writer *w); /* what was counted so far belongs to a whole state */
int lane_flush(struct lane_writer *w); /* before a commit: what is counted is in the table */
int lane_cut(struct lane_writer *w);   /* back to the last lane_stamp */
