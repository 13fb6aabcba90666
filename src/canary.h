/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * canary.h - stage 5: values that only locket knows, around each secret.
 *
 * On a secret's pages lo .. hi:
 *
 *    lo          user-16      user         end              hi
 *    | slack: 0  | canary     | the secret | canary, then 0 | guard
 *
 * The canary is 128 bits, unpredictable, and another one for each allocation.
 * Below the secret stand its 16 bytes, after it as many of them as there is
 * room for before the guard.  The byte on either side of the secret is never
 * zero, so that a string that is one byte too long is always found.
 */
#ifndef LOCKET_CANARY_H
#define LOCKET_CANARY_H

#include "config.h"
#include "spec.h"

/* The bytes of low stand at user-8 .. user-1 and, if there is room, at end+8;
 * those of high at user-16 .. user-9 and from end on; least byte first. */
struct locket_canary {
        uint64_t low;
        uint64_t high;
};

/**
 * locket_canary_make(key_low, key_high, at, generation):
 * The canary of the secret at offset ${at}: SipHash-1-3 with 128 bits of
 * result (Aumasson and Bernstein, 2012) of ${at} and ${generation} under the
 * key.
 */
LOCKET_INTERNAL struct locket_canary locket_canary_make(uint64_t key_low, uint64_t key_high,
                                                        uint64_t at, uint64_t generation);

/**
 * locket_canary_place(b, user, end, hi, canary):
 * Write ${canary} below ${user} and from ${end} to ${hi}.
 */
LOCKET_INTERNAL void locket_canary_place(unsigned char *b, size_t user, size_t end, size_t hi,
                                         struct locket_canary canary);

/**
 * locket_canary_below(b, lo, user, canary):
 * 1 if the slack from ${lo} is zero and the canary below ${user} is intact.
 * The time depends on the numbers alone.
 */
LOCKET_INTERNAL int locket_canary_below(const unsigned char *b, size_t lo, size_t user,
                                        struct locket_canary canary);

/**
 * locket_canary_after(b, end, hi, canary):
 * 1 if the canary from ${end} on and the slack up to ${hi} are intact.  The
 * time depends on the numbers alone.
 */
LOCKET_INTERNAL int locket_canary_after(const unsigned char *b, size_t end, size_t hi,
                                        struct locket_canary canary);

/**
 * locket_canary_zero(b, lo, hi):
 * 1 if the bytes ${lo} .. ${hi} - 1 of ${b} are all zero, else 0.  The time
 * depends on the numbers alone.
 */
LOCKET_INTERNAL int locket_canary_zero(const unsigned char *b, size_t lo, size_t hi);

#endif
