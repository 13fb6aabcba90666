/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * probe.h - what looks at the victims' memory.  Compiled by itself, so that
 * no compiler knows what it does with a buffer.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stddef.h>

/* Fill ${size} bytes at ${p} with a pattern without zeros; these are what the
 * other functions look at from now on. */
void probe_fill(unsigned char *p, size_t size);

/* Bytes of the pattern that are still there: read through /proc/self/mem,
 * whatever the access mode of the pages.  Runs of fewer than 16 do not count. */
size_t probe_left(void);

/* The same at the worst of the system calls that gave the pages away since
 * probe_fill, and how many of them there were. */
size_t probe_released(void);
size_t probe_calls(void);

#endif
