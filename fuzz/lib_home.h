/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lib_home.h - what the units that keep something between calls have more for
 * the fuzzer: to forget it, and to hear the line of a violation.
 */
#ifndef FUZZ_LIB_HOME_H
#define FUZZ_LIB_HOME_H

/* locket was never used; the handlers of fork and exit are gone too if
 * ${handlers}. */
void fuzz_home_forget(int handlers);
/* No violation was reported and there is no handler. */
void fuzz_fatal_forget(void);

/* What the last violation wrote to standard error, ended by a zero; forget it. */
const char *fuzz_fatal_line(void);
void fuzz_fatal_quiet(void);

#endif
