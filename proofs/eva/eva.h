/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * eva.h - what the scenarios and the simulated system share.
 */
#ifndef LOCKET_EVA_H
#define LOCKET_EVA_H

#include <stddef.h>
#include <stdint.h>

/* An alarm unless Eva sees that it holds.  Annotations are off, so it is a
 * division: the alarm says "division by zero".  (What is not stored is not
 * evaluated.) */
#define EVA_CHECK(condition) ((void)(eva_stored = 1 / (int)((condition) != 0)))
extern volatile int eva_stored;

/* Eva follows each value from ${lo} to ${hi} by itself. */
extern int Frama_C_interval_split(int lo, int hi);

/* Any value at all. */
extern volatile size_t eva_unknown;

/* The number of the call that fails, and then, if it lasts, all that follow; 0: none. */
extern int eva_fail;
extern int eva_lasting;

/* What the system gives for a random word; if not ${eva_certain}, any. */
extern uint64_t eva_random;
extern int eva_certain;

/* 1: the next time that pages are closed, a handler comes in and wipes everything. */
extern int eva_interrupts;

/* What was handed to locket_os_at_exit and locket_os_at_fork. */
extern void (*eva_at_exit)(void);
extern void (*eva_before_fork)(void);
extern void (*eva_in_parent)(void);
extern void (*eva_in_child)(void);

/* One of ${lo} .. ${hi}, all at once. */
size_t eva_between(size_t lo, size_t hi);

/* Any of the bytes lo .. hi - 1 of ${b}: known only if they are all equal. */
unsigned char eva_any(const unsigned char *b, size_t lo, size_t hi);

/* All bytes of the range are zero, and no page is locked or open. */
void eva_check_zero(void);
void eva_check_closed(void);

/* What the kernel does in a child. */
void eva_fork(void);

#endif
