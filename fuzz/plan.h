/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * plan.h - which call to the operating system fails, and how.
 */
#ifndef FUZZ_PLAN_H
#define FUZZ_PLAN_H

#include <stddef.h>

enum plan_function {
        PLAN_RESERVE, PLAN_TABLE, PLAN_OPEN_TABLE, PLAN_WIPE_TABLE, PLAN_OPEN, PLAN_READ_ONLY,
        PLAN_CLOSE, PLAN_LOCK, PLAN_UNLOCK, PLAN_DISCARD, PLAN_UNDUMP, PLAN_WIPE_ON_FORK,
        PLAN_UNMERGE, PLAN_MARK, PLAN_ZERO, PLAN_RANDOM, PLAN_AT_EXIT, PLAN_AT_FORK,
        PLAN_LOCKED_NOW, PLAN_MAPPING_LIMIT, PLAN_MAPPINGS_NOW, PLAN_HARDEN, PLAN_FUNCTIONS
};

/* None fails. */
void plan_clear(void);

/* No call of ${f} fails from now on. */
void plan_spare(enum plan_function f);

/* From now on the ${n}-th call, counted from 1, of function ${f}, or of any if
 * that is PLAN_FUNCTIONS, fails, and all after it if ${forever}, with error
 * number ${which} of those that the function's contract has. */
void plan_set(unsigned f, size_t n, int forever, unsigned which);

/* The errno that this call of ${f} fails with; 0: it does not. */
int plan_strike(enum plan_function f);

/* Calls that were made to fail, since the start, and all calls. */
size_t plan_struck(void);
size_t plan_calls(void);

#endif
