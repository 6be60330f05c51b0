/* Lines instead of a screen: one for each packet and each change of state, on a descriptor that may
 * be a terminal, a file or a pipe. Never waits: what cannot be written yet stays in the tape. */
#pragma once
#include "tui/panel.h"

struct plain {
    int fd;
    struct playhead at; /* where the last line stood */
    uint64_t key;       /* the last packet written */
    char state[32];
    bool started, failed;
};

void plain_init(struct plain *p, int fd);
/* Writes what is new. False when nobody will ever read it again. */
bool plain_frame(struct plain *p, const struct panel *panel, const struct panel_model *m);
