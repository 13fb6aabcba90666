/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lib_home.h - what the units that keep something between calls have more for
 * the fuzzer: to forget it, and to hear the line of a violation.
 */
#ifndef FUZZ_LIB_HOME_H
#define FUZZ_LIB_HOME_H

#include "config.h"

/* locket was never used; the handlers of fork and exit are gone too if
 * ${handlers}. */
void fuzz_home_forget(int handlers);
/* Where ${lock} stands in the order of lock.h: home, arenas by index, spans; and
 * 0 for one that is no part of the tables (of another program, or not yet). */
struct locket_lock;
#define FUZZ_RANKS (LOCKET_ARENA_COUNT + 3u)
unsigned fuzz_home_rank(const struct locket_lock *lock);
/* No violation was reported and there is no handler. */
void fuzz_fatal_forget(void);

/* What the last violation wrote to standard error, ended by a zero; forget it. */
const char *fuzz_fatal_line(void);
void fuzz_fatal_quiet(void);

#endif
