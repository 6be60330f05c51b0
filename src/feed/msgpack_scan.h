/* A bounded look at msgpack from outside, before msgpack-c may allocate for what it announces. */
#pragma once
#include "base/base.h"
#include "feed/feed.h"

/* Checks that the n bytes hold exactly one object within the limits of limits.h: lengths, depth and
 * nothing behind it. NULL, or what is wrong in words with the reason in *ret_why. */
const char *msgpack_scan(const uint8_t *p, size_t n, enum drop_reason *ret_why);
