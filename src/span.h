/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * span.h - stage 3: the one address range of the process, cut into spans.
 *
 * The range is reserved at first use and never given back.  From an address
 * to its span is one division: no search, no hash, and nothing is read
 * through the address.
 */
#ifndef LOCKET_SPAN_H
#define LOCKET_SPAN_H

#include "config.h"
#include "spec.h"

struct locket_range {
        unsigned char *base;
        uintptr_t address;      /* of base, as a number */
        size_t size;            /* bytes: LOCKET_SPAN_COUNT spans */
        size_t span_bytes;
        size_t page;            /* bytes */
        uint32_t span_slots;    /* records per span: its one-page slots */
        int undump_error;       /* errno of each advice on the whole range */
        int fork_error;
        int merge_error;
};

struct locket_span {
        uint32_t owner;         /* index of an arena + 1; 0: free; or SPOILT */
        uint32_t slab;          /* first span of its slab */
};

/* Owner of spans that could not be put back into the state of fresh ones, and
 * are not used again. */
#define LOCKET_SPAN_SPOILT (LOCKET_ARENA_COUNT + 1u)

/**
 * locket_range_reserve(range):
 * Reserve the range, as large as the process has room for, and have the kernel
 * leave it out of core files, wipe it on fork and never merge it.  What came of
 * that is noted.  0, or ENOMEM.
 */
LOCKET_INTERNAL int locket_range_reserve(struct locket_range *range);

/**
 * locket_range_span(range, address):
 * The span that ${address} is in; LOCKET_NONE if in none.
 */
LOCKET_INTERNAL uint32_t locket_range_span(const struct locket_range *range, uintptr_t address);

/**
 * locket_span_take(spans, count, owner):
 * Give ${count} free spans side by side to ${owner}: the first of them, or
 * LOCKET_NONE if there are none.
 */
LOCKET_INTERNAL uint32_t locket_span_take(struct locket_span *spans, uint32_t count,
                                          uint32_t owner);

/**
 * locket_span_drop(spans, first, count, owner):
 * Give ${count} spans from ${first} on to ${owner}: 0, free, or
 * LOCKET_SPAN_SPOILT.
 */
LOCKET_INTERNAL void locket_span_drop(struct locket_span *spans, uint32_t first, uint32_t count,
                                      uint32_t owner);

#endif
