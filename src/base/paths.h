/* Where files live (XDG Base Directory Specification 0.8). Folders are made with mode 0700. */
#pragma once
#include "base/base.h"
#include "base/err.h"

/* $XDG_DATA_HOME/tapedeck, else ~/.local/share/tapedeck: the sessions. */
int paths_data(char *buf, size_t cap, struct err *err);
/* Makes a folder and its parents where missing. */
int paths_make(const char *dir, struct err *err);
