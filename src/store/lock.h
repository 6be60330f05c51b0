/* Internal to store/: one process writes a session at a time. */
#pragma once
#include "base/base.h"
#include "base/err.h"

/* Takes PATH.lock, an open-file-description lock: it belongs to the descriptor, not to the process,
 * and dies with it. ERR_LOCKED when somebody else has it. */
int lock_take(const char *path, int *ret_fd, struct err *err);
void lock_drop(const char *path, int fd); /* removes the file; fd < 0 is fine */
