/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ledger.h - locket's own tables: do they agree with themselves?
 */
#ifndef FUZZ_LEDGER_H
#define FUZZ_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "../include/locket.h"

/* What does not hold, or NULL: the invariant of src/tables.h, and that every
 * slot is in one list and every counter counts what it says.  ${thorough}: that
 * free pages are zero too. */
const char *ledger_broken(int thorough);

/* 1 if there is room for one more slab of slots for ${capacity} bytes; so too
 * before the first use. */
int ledger_room(size_t capacity);

/* Spans that have an owner; slabs. */
size_t ledger_spans(void);
size_t ledger_slabs(void);

/* Freed secrets in the quarantine of ${handle}, NULL: of the default arena. */
size_t ledger_quarantined(const struct locket_arena *handle);

/* The same, of its cells.  The bounds of the run that ${p} is in: 1, or 0 if in none.  1 if
 * ${p} is where a compact arena has its slabs. */
size_t ledger_held(const struct locket_arena *handle);
/* Runs of one class of ${handle} without a cell in use, at most. */
uint32_t ledger_idle(const struct locket_arena *handle);
int ledger_run(const unsigned char *p, unsigned char **lo, unsigned char **hi);
int ledger_compact(const unsigned char *p);

/* The key of the canaries, mixed; 0: none. */
uint64_t ledger_key(void);

/* Give back what is kept (locket_home_trim). */
void ledger_trim(void);
/* Bytes from the first to past the last of the range, and where: 0 before the
 * first use. */
size_t ledger_range(unsigned char **base);

#endif
