/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * heap.h - the invariant of src/tables.h as code.
 */
#ifndef HEAP_H
#define HEAP_H

#include "tables.h"

/* The name of the first clause of LOCKET_HEAP_OK that does not hold, or NULL.
 * With ${ask}, access and locks are compared with /proc/self/smaps, which
 * takes a millisecond a slot. */
const char *heap_broken(const struct locket_tables *t, int ask);

#endif
