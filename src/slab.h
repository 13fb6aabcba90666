/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * slab.h - stage 3: slots of one class; open everything or nothing; give back.
 *
 *    first                      first + pitch
 *    | data pages ... | guard   | data pages ... | guard   | ...
 *    (a guard page also lies below the first)
 *
 * A slab lies in one span, or in several side by side for a large class.
 */
#ifndef LOCKET_SLAB_H
#define LOCKET_SLAB_H

#include "config.h"
#include "span.h"
#include "spec.h"

struct locket_slab {
        size_t first;           /* offset of the first slot's place */
        size_t pitch;           /* bytes from one slot to the next */
        size_t next_hi;         /* `hi` of the first slot that was never used */
        uint32_t slots;         /* index of the first slot's record */
        uint32_t count;         /* slots */
        uint32_t used;          /* slots that were ever used: 0 .. used - 1 */
        uint32_t size_class;
        uint32_t spans;
        uint32_t doomed;        /* 1 while it is being given up */
};

/**
 * locket_slab_spans(range, capacity):
 * Spans that a slab needs for one slot of ${capacity} bytes of pages, or more
 * than there are.
 */
LOCKET_INTERNAL uint32_t locket_slab_spans(const struct locket_range *range, uint64_t capacity);

/**
 * locket_slab_shape(slab, range, span, spans, size_class, capacity):
 * Lay out ${slab} in ${spans} spans from ${span} on, all slots never used.
 */
LOCKET_INTERNAL void locket_slab_shape(struct locket_slab *slab, const struct locket_range *range,
                                       uint32_t span, uint32_t spans, uint32_t size_class,
                                       size_t capacity);

/**
 * locket_slab_open(b, lo, hi, locked):
 * Open the closed pages ${lo} .. ${hi} of ${b}, and lock them unless
 * ${locked} is LOCKET_OFF.  All or nothing.
 *
 * Returns: 0; an errno, nothing changed; or, where locking is only preferred,
 *          -errno of the lock: open but not locked.
 */
LOCKET_INTERNAL int locket_slab_open(unsigned char *b, size_t lo, size_t hi,
                                     enum locket_demand locked);

/**
 * locket_slab_give_back(b, lo, hi, locked, open):
 * Give the memory of the pages ${lo} .. ${hi} of ${b} back and close them if
 * they are ${open}.  0, or the errno of the refusal: then nothing has changed.
 * The kernel can refuse only at the mapping limit, and only if the pages are
 * part of a slot's.
 */
/*@ requires wiped: zeroed(b, lo, hi); */
LOCKET_INTERNAL int locket_slab_give_back(unsigned char *b, size_t lo, size_t hi,
                                          enum locket_demand locked, int open);

#endif
