/* Internal to store/: keyframes, states of the engine kept so that a seek need not begin at the
 * start. A frame is a row of facts and its parts: blocks of at most BLOCK_RECORDS records of one
 * kind, laid out byte column by byte column and compressed (zstd). A full frame begins a chain,
 * those after it hold what changed since the one before. */
#pragma once
#include <sqlite3.h>

#include "base/base.h"
#include "base/track.h"

struct keyframe_writer;

struct keyframe_writer *
keyframe_writer_create(sqlite3 *db); /* NULL: the connection has the error */
void keyframe_writer_destroy(struct keyframe_writer *w);
/* Writes a frame; *bytes grows by what that took in the file. An SQLite code. */
int keyframe_put(struct keyframe_writer *w, const struct frame *f, uint64_t *bytes);

struct reader;
void keyframe_reader_free(struct reader *r); /* what reading keyframes has allocated */
