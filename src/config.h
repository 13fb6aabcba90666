/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * config.h - every constant: value, unit, limits, reason.
 */
#ifndef LOCKET_CONFIG_H
#define LOCKET_CONFIG_H

#include <stddef.h>
#include <stdint.h>
#include <limits.h>

#include "../include/locket.h"

/* Qualifies what units share: empty here, `static` where all units are one
 * file. */
#ifndef LOCKET_INTERNAL
#define LOCKET_INTERNAL
#endif

/* For the few small functions of the hot path that gcc would not inline by
 * itself at -O2. */
#if defined(__GNUC__)
#define LOCKET_INLINE static inline __attribute__((always_inline))
#else
#define LOCKET_INLINE static inline
#endif

/* No index.  Slots, spans, slabs and arenas are counted below it. */
#define LOCKET_NONE UINT32_MAX

/* Bytes.  The address range taken at first use; less where the process has no
 * room for it (RLIMIT_AS).  64 GiB is room for 8 million one-page secrets, and
 * more than that upsets tools such as valgrind. */
#if UINTPTR_MAX > 0xffffffffu
#define LOCKET_RANGE_MOST ((size_t)64 << 30)
#else
#define LOCKET_RANGE_MOST ((size_t)512 << 20)
#endif
/* Pages that a span has at least, so that it has a slot: 32 MiB in all with
 * pages of 4 KiB. */
#define LOCKET_SPAN_PAGES_LEAST 8u

/* Spans in the range, whatever its size: 64 MiB each in 64 GiB.  More spans
 * would serve more arenas at once and make large secrets take more of them. */
#define LOCKET_SPAN_COUNT 1024u

/* Size classes: up to 2^0 .. 2^19 pages, so that the largest secret has a
 * class with pages of 4 KiB: 2 GiB. */
#define LOCKET_CLASS_COUNT 20u

/* Bytes of pages that a slot of the largest class has with the largest pages. */
#define LOCKET_CAPACITY_MOST ((uint64_t)65536 << (LOCKET_CLASS_COUNT - 1u))

/* Arenas at once, the default one included: one span each at least. */
#define LOCKET_ARENA_COUNT 1024u

/* Arenas that stand behind one handle, so that as many threads get and free
 * secrets at once.  They are made when threads meet at a lock, not before. */
#define LOCKET_SHARDS 8u

/* Words that remember which of them a thread uses.  A prime: the stacks of
 * threads, by whose addresses they are told apart, are equal steps apart. */
#define LOCKET_CHOICES 61u

/* Bytes of canary below each secret, and at most after it: 128 bits are
 * beyond guessing, and 16 keeps the default alignment. */
#define LOCKET_CANARY_BYTES 16u

/* Bytes.  What locket_malloc aligns to: max_align_t of the common ABIs. */
#define LOCKET_ALIGNMENT 16u

/* Freed secrets whose place may not be used again yet.  A late write or a
 * second free is surely found for this many frees.  Each holds its pages:
 * more of them leave the first-level cache (32 KiB of 4 KiB pages is 8). */
#define LOCKET_QUARANTINE 8u

/* Freed places of one class among which the next one is drawn at random. */
#define LOCKET_DRAW 8u

/* Places that a reserve opens beside those asked for, at most, because the
 * quarantine holds as many back: a larger quarantine is filled as it comes. */
#define LOCKET_SPARE_MOST 1024u

/* Bytes of freed pages that an arena keeps locked for reuse, quarantine
 * included.  Opening and filling pages anew costs some 10 times a reuse
 * (64 KiB: 5.6 us against 57 us measured), and 1 MiB is more than a quarantine
 * of such secrets; it is an eighth of the usual lock limit, and is
 * given up at once when a limit or a cap is reached. */
#define LOCKET_KEEP_BYTES ((size_t)1 << 20)

/* Bytes of an arena's name, the final zero included. */
#define LOCKET_LABEL_BYTES 64u

/* Bytes per step of the loop that looks for a byte that is not zero.  A fixed
 * number lets gcc vectorise it at -O2; a larger one has fewer ends. */
#define LOCKET_BLOCK 2048u
#define LOCKET_SMALL_BLOCK 64u

/* Bytes of canary between two cells, shared by both: 64 bits are beyond
 * guessing, as a wrong guess ends the process; and with 8 a secret of 32 bytes
 * takes 40. */
#define LOCKET_GAP_BYTES 8u

/* Bytes from one cell to the next, at most: two of them fit in a page of 4 KiB.
 * A larger secret has a slot of its own.  The classes of locket_cell_class. */
#define LOCKET_PITCH_MOST 1920u
#define LOCKET_CELL_CLASSES 46u

/* What a cell can be aligned to, at most: a cache line. */
#define LOCKET_CELL_ALIGNMENT 64u

/* Bytes of pages that a run of cells has, at most: with more, an empty run is
 * rarer; with less, more of it is guards and records. */
#define LOCKET_RUN_BYTES 65536u

/* Cells that a run has, at most: LOCKET_RUN_BYTES of the smallest. */
#define LOCKET_RUN_CELLS 4096u

/* Slots for each run that there can be at once: 65,536 runs, 4 GiB of cells, in
 * the whole range.  The records of all have 8 GiB of addresses. */
#define LOCKET_RUN_SLOTS 128u

_Static_assert(CHAR_BIT == 8, "a byte has 8 bits");
_Static_assert(sizeof(size_t) <= sizeof(uint64_t), "sizes fit in 64 bits");
_Static_assert(LOCKET_MAX_SIZE <= SIZE_MAX - (1u << 20), "rounding a size cannot overflow");
_Static_assert(LOCKET_RANGE_MOST <= 0x1000000000, "the ghost state of spec.h covers the range");
_Static_assert(LOCKET_RANGE_MOST % LOCKET_SPAN_COUNT == 0, "spans are equal");
_Static_assert(LOCKET_SHARDS <= 64, "the shards of one handle are among the arenas made first");
_Static_assert(LOCKET_CANARY_BYTES == 16, "two words of 64 bits");
_Static_assert(LOCKET_RUN_BYTES / LOCKET_RUN_CELLS >= 2 * LOCKET_GAP_BYTES,
               "a run of the smallest cells has records for all");
_Static_assert(LOCKET_SPAN_COUNT < LOCKET_NONE && LOCKET_ARENA_COUNT < LOCKET_NONE,
               "LOCKET_NONE is no index");

#endif
