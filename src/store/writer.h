/* Internal to store/: the thread that owns the writing connection. It takes messages from the ring
 * and never calls back; what others may know of it stands in struct writer_shared. */
#pragma once
#include <semaphore.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "base/base.h"
#include "base/err.h"
#include "base/ring.h"
#include "event/event.h"
#include "event/record.h"
#include "event/symbol.h"
#include "store/store.h"

enum msg_type {
    MSG_EVENT,     /* struct event */
    MSG_JOIN,      /* struct join */
    MSG_PACKET,    /* struct packet */
    MSG_REPAIR,    /* struct repair */
    MSG_STRUCTURE, /* struct structure */
    MSG_CAMPAIGN,  /* struct campaign */
    MSG_SYMBOL,    /* struct instrument */
    MSG_IDENT,     /* struct msg_text: print id that is not a number */
    MSG_CODE,      /* struct msg_text: unknown condition code */
    MSG_STAMP,     /* struct store_stamp */
    MSG_META,      /* key, NUL, value, NUL */
    MSG_FRAME,     /* struct frame *, taken over */
    MSG_MARK,      /* struct tape_mark */
    MSG_OPENING,   /* struct opening */
    MSG_BASELINE,  /* struct baseline_put */
    MSG_COUNT
};
struct msg { /* the payload follows, 8-byte aligned */
    uint32_t type, n;
};
struct msg_text {
    uint64_t n; /* its number */
    char text[72];
};

/* Between the loop and the writer's thread. */
struct writer_shared {
    struct ring *ring;          /* loop -> writer */
    sem_t wake;                 /* posted by the loop; the writer also looks by itself */
    atomic_bool flush, closing; /* set by the loop */
    _Atomic uint64_t committed; /* the rest is set by the writer */
    _Atomic int64_t commit_ns;
    _Atomic uint64_t bytes, frame_bytes;
    atomic_int error; /* enum err_code; released after error_text */
    char error_text[256];
};

struct writer;

/* Prepares statements on a connection whose schema is there; takes the connection over. */
struct writer *writer_create(sqlite3 *db, struct writer_shared *shared);
/* The thread's function: runs until shared->closing is set and the ring is empty, then finishes the
 * file. self is a struct writer. */
void *writer_run(void *self);
/* After the thread has ended: closes the connection. */
void writer_destroy(struct writer *w);
