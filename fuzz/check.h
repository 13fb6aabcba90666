/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * check.h - what must hold between any two operations.
 */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include "model.h"

/* Everything: statistics, tables, each secret's place, and its ends. */
void check_all(int thorough);
/* The statistics. */
void check_statistics(void);
/* Every byte of a secret, and the slack around it. */
void check_secret(const struct secret *s);
/* The pages of a secret that was freed are zero. */
void check_freed(unsigned char *p, size_t size, size_t alignment, size_t pitch);
/* It has just been made: zero, with a canary that no other had. */
void check_made(const struct secret *s);

#endif
