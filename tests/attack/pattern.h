/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * pattern.h - what the attacker looks for: a stream of bytes that stands
 * nowhere but where the victim put it.
 *
 * The stream is computed, never stored: not in the program's file, on its
 * stack or in the attacker's memory.  Attack and victim each have a copy of
 * the function, and a number that names the stream.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the stream that a victim stores. */
#define PATTERN_BYTES ((size_t)5000)

/* The attacker looks for this many pieces of this many bytes each, one every
 * PATTERN_STEP bytes of the stream. */
enum { PATTERN_PIECES = 4, PATTERN_PIECE = 16, PATTERN_STEP = 1024 };

/* Byte ${i} of stream ${seed} (the finalizer of MurmurHash3, Appleby). */
static inline unsigned char
pattern_byte(uint32_t seed, size_t i)
{
        uint32_t x = seed * 2654435761u + (uint32_t)i;

        x ^= x >> 16;
        x *= 0x85ebca6bu;
        x ^= x >> 13;
        x *= 0xc2b2ae35u;
        x ^= x >> 16;
        return (unsigned char)x;
}

#endif
