/* Internal to store/: summaries for the timeline, written while the session grows: one row for each
 * second, half minute and quarter of an hour in which something happened. Times are engine time
 * (recv_ns; at_ns of packets). A packet counts where it was first told, unless it was told as a
 * member of a repeat run; the largest premium is that of any version then told. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "event/event.h"
#include "event/record.h"

struct lane_writer;

struct lane_writer *lane_writer_create(sqlite3 *db); /* NULL: the connection has the error */
void lane_writer_destroy(struct lane_writer *w);
/* Each returns an SQLite code; most calls only count. */
int lane_event(struct lane_writer *w, const struct event *ev);
/* first: the first version of the packet */
int lane_packet(struct lane_writer *w, const struct packet *p, bool first);
void lane_stamp(struct lane_writer *w); /* what was counted so far belongs to a whole state */
int lane_flush(struct lane_writer *w);  /* before a commit: what is counted is in the table */
int lane_cut(struct lane_writer *w);    /* back to the last lane_stamp */
