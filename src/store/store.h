/* The recorder's side of a session file: one writing connection on a thread of its own behind a
 * ring, batches, prepared statements, WAL. The loop never waits for the disk. What is committed is
 * a prefix of the engine's output, cut between whole events, with the deck's stamp in it.
 *
 * Schema and naming: data/schema/NNN_*.sql, design.md section 4. */
#pragma once
#include "base/base.h"
#include "base/err.h"
#include "base/track.h"
#include "event/carried.h"
#include "event/ident.h"
#include "event/sink.h"
#include "event/symbol.h"
#include "store/mark.h"

struct store;

struct store_options {
    bool full_sync;    /* synchronous=FULL instead of NORMAL */
    const char *feeds; /* what was recorded, for meta; no secrets in it */
    uint64_t policy_hash;
    int engine_version;
};

/* Where the engine stood: written into the same transaction as the rows before it. */
struct store_stamp {
    uint64_t seq;     /* last event */
    int64_t clock_ns; /* engine time, ticks included */
    uint64_t records; /* derived records emitted */
    uint64_t digest;  /* over them */
};

/* Creates PATH (which must not exist: ERR_LOCKED when another process records it, ERR_USAGE when it
 * exists) with mode 0600, takes its lock (PATH.lock, open-file-description lock) and starts the
 * writer. symbols and idents are borrowed and read only on the calling thread. */
int store_create(const char *path, const struct store_options *opt, const struct symbols *symbols,
                 const struct idents *idents, struct store **ret, struct err *err);

/* Add to the deck: takes every event and record. Poll store_room first:
 * with a full ring the sink waits for the writer, which only import may afford. */
struct sink store_sink(struct store *s);

/* Marks a place where a commit may happen: after whole events. Cheap; call once per batch. */
void store_stamp(struct store *s, const struct store_stamp *stamp);
size_t store_room(const struct store *s); /* bytes free in the ring */
void store_flush(struct store *s);        /* commit what is stamped soon; returns at once */

struct store_health {
    uint64_t committed_seq; /* last event that survives a kill */
    int64_t last_commit_ns; /* CLOCK_MONOTONIC */
    uint64_t bytes;         /* database size */
    uint64_t frame_bytes;   /* of keyframes taken so far, their part of it */
    int error;              /* 0, or enum err_code: the writer has stopped taking rows */
    char error_text[256];
};
void store_health(const struct store *s, struct store_health *ret);

/* Accounting and other facts for meta; copied, written at the next commit. */
void store_meta(struct store *s, const char *key, const char *value);

/* A keyframe of a state that has been stamped; the frame is the store's from then on. */
void store_frame(struct store *s, struct frame *f);
/* A cell of the baselines the session began with, or (left) of those it leaves to the next: copied,
 * written at the next commit. All of the first kind come before the first event. */
void store_baseline(struct store *s, bool left, const struct carried_cell *cell);
/* What a person marked (mark.h): copied, written at the next commit. */
void store_mark(struct store *s, const struct tape_mark *m);

/* Drains, commits, writes the closing meta (closed=1), turns the file into a single database
 * without WAL, drops the lock. The first error of the store's life is returned. NULL is fine. */
int store_close(struct store *s, struct err *err);

/* Removes what a killed process has left under a name that nobody records to: the file and what
 * SQLite keeps beside it. ERR_LOCKED while a process does. */
int store_remove(const char *path, struct err *err);
/* A closed session whose recorder could not make it a single file, since others were reading it:
 * the last of them does. Where that cannot be done nothing changes. */
void store_tidy(const char *path);
/* Whether a process is recording the session, or marking it, at this moment. */
bool store_recording(const char *path);

/* Process-wide SQLite configuration (memory statistics off, log to nowhere); once, from main. */
void store_global_init(void);
