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
        size_t capacity;        /* bytes of pages that a slot can have */
        size_t next_hi;         /* `hi` of the first slot that was never used */
        size_t end;             /* offset past the last span */
        uint32_t slots;         /* index of the first slot's record */
        uint32_t count;         /* slots */
        uint32_t used;          /* slots that were ever used: 0 .. used - 1 */
        uint32_t size_class;
        uint32_t spans;
        uint32_t doomed;        /* 1 while it is being given up */
};

/* What keeps the pages of a slot a mapping of their own. */
enum locket_held {
        LOCKET_HELD_LOCKED,     /* they are locked */
        LOCKET_HELD_BOTH,       /* they are locked, and may be marked too */
        LOCKET_HELD_MARKED      /* they are not locked, but marked (os.h) */
};

/*@ predicate slab_ok{L}(struct locket_slab *s) =
      s->used <= s->count && s->size_class < LOCKET_CLASS_COUNT &&
      s->spans <= LOCKET_SPAN_COUNT && s->doomed <= 1 &&
      (s->count > 0 ==> s->capacity < s->pitch);
*/

/**
 * locket_slab_spans(range, capacity):
 * Spans that a slab needs for one slot of ${capacity} bytes of pages, or more
 * than there are.
 */
/*@ requires range:    \valid_read(range) && range_ok(range);
    requires capacity: capacity <= LOCKET_CAPACITY_MOST;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures some:   1 <= \result <= LOCKET_SPAN_COUNT + 1;
    ensures enough: \result <= LOCKET_SPAN_COUNT ==>
                      capacity + 2 * range->page <= \result * range->span_bytes;
*/
LOCKET_INTERNAL uint32_t locket_slab_spans(const struct locket_range *range, uint64_t capacity);

/**
 * locket_slab_shape(slab, range, span, spans, size_class, capacity):
 * Lay out ${slab} in ${spans} spans from ${span} on, all slots never used,
 * each of the ${capacity} of its class.
 */
/*@ requires range:    \valid_read(range) && range_ok(range);
    requires slab:     \valid(slab) && \separated(slab, range);
    requires spans:    1 <= spans <= LOCKET_SPAN_COUNT && span <= LOCKET_SPAN_COUNT - spans;
    requires class:    size_class < LOCKET_CLASS_COUNT;
    requires capacity: range->page <= capacity &&
                       capacity + 2 * range->page <= spans * range->span_bytes;
    terminates \true;
    exits      \false;
    assigns    slab->first, slab->pitch, slab->capacity, slab->next_hi, slab->end, slab->slots,
               slab->count, slab->used, slab->size_class, slab->spans, slab->doomed;
    ensures ok:    slab_ok(slab);
    ensures first: slab->first == \old(span * range->span_bytes + range->page);
    ensures pitch: slab->pitch == capacity + \old(range->page) && slab->capacity == capacity;
    ensures next:  slab->next_hi == slab->first + capacity;
    ensures end:   slab->end == \old((span + spans) * range->span_bytes);
    ensures room:  slab->next_hi < slab->end;
    ensures places: slab->first + slab->count * slab->pitch <= slab->end;
    ensures slots: slab->slots == \old(span * range->span_slots);
    ensures count: 1 <= slab->count <= \old(spans * range->span_slots);
    ensures fresh: slab->used == 0 && slab->doomed == 0 && slab->spans == spans &&
                   slab->size_class == size_class;
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
/*@ requires range:    lo <= hi;
    requires wiped:    zeroed(b, lo, hi);
    requires closed:   access_is(lo, hi, LOCKET_NO_ACCESS);
    requires unlocked: locked_is(lo, hi, 0);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1], locket_ghost_locked[lo .. hi - 1];
    ensures open:    \result <= 0 ==> access_is(lo, hi, LOCKET_READ_WRITE);
    ensures locked:  \result == 0 && locked != LOCKET_OFF ==> locked_is(lo, hi, 1);
    ensures not:     \result < 0 || (\result == 0 && locked == LOCKET_OFF) ==>
                       locked_is(lo, hi, 0);
    ensures demand:  \result < 0 ==> locked == LOCKET_PREFER;
    ensures refused: \result > 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS) && locked_is(lo, hi, 0);
    ensures negates: \result > -2147483648;
*/
LOCKET_INTERNAL int locket_slab_open(unsigned char *b, size_t lo, size_t hi,
                                     enum locket_demand locked);

/**
 * locket_slab_access(b, lo, hi, from, to):
 * Change the access of pages ${from} one enum locket_access ${to} another.  0,
 * or an errno: then nothing has changed.
 */
/*@ requires range: lo <= hi;
    requires from:  LOCKET_NO_ACCESS <= from <= LOCKET_READ_WRITE;
    requires to:    LOCKET_NO_ACCESS <= to <= LOCKET_READ_WRITE;
    requires so:    access_is(lo, hi, from);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, to);
    ensures refused: \result != 0 ==> access_is(lo, hi, from);
*/
LOCKET_INTERNAL int locket_slab_access(unsigned char *b, size_t lo, size_t hi, int from, int to);

/**
 * locket_slab_give_back(b, lo, hi, held, open):
 * Give the memory of the pages ${lo} .. ${hi} of ${b}, ${held} by an enum
 * locket_held, back and close them if they are ${open}.  0, or the errno of the
 * refusal: then nothing has changed.  The kernel can refuse only at the
 * mapping limit, and only if the pages are part of a slot's.
 */
/*@ requires range:    lo <= hi;
    requires wiped:    zeroed(b, lo, hi);
    requires unlocked: held == LOCKET_HELD_MARKED ==> locked_is(lo, hi, 0);
    requires closed:   open == 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1], locket_ghost_locked[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS) && locked_is(lo, hi, 0);
    ensures refused: \result != 0 ==> \forall integer i; lo <= i < hi ==>
                       locket_ghost_access[i] == \old(locket_ghost_access[i]) &&
                       locket_ghost_locked[i] == \old(locket_ghost_locked[i]);
*/
LOCKET_INTERNAL int locket_slab_give_back(unsigned char *b, size_t lo, size_t hi,
                                          enum locket_held held, int open);

#endif
