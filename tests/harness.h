/* Common to the check suites: each file defines test_suite(); harness.c runs it and speaks TAP. */
#pragma once
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"

Suite *test_suite(void);

/* A fresh directory of this test program's own, removed at exit. Path without trailing slash. */
const char *test_dir(void);
/* Absolute path of a file under ../shared/samples, or NULL (with a notice) where it is absent. */
const char *test_sample(const char *name);
