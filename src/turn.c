/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * turn.c - stage 12: calls take turns in an arena; whoever wipes all secrets
 * does not wait for one.
 *
 * Knows:    who wipes, which arena is locked, the records of live secrets.
 * Promises: what turn.h says.
 * Proved:   nothing; proofs/spin has a model of it.   Tests: tests/signal
 */
#include "turn.h"

#include <errno.h>

#include "os.h"
#include "place.h"
#include "wipe.h"
#include "word.h"

/* Who wipes now, in the lower 12 bits: 4095 threads and handlers at once; how
 * many wipes have begun in the upper 20. */
#define LOCKET_TURN_NOW 0xfffu
#define LOCKET_TURN_ONE 0x1000u

/* How often a page that a call has closed is opened again.  A call closes it
 * once or twice, and cannot begin anew meanwhile. */
#define LOCKET_TURN_TRIES 64u

static uint32_t locket_turn_word;

/* What hardly ever runs stays out of what always does. */
#if defined(__GNUC__)
#define LOCKET_TURN_RARE __attribute__((noinline, cold))
#else
#define LOCKET_TURN_RARE
#endif

/* ------------------------------------------------------------------ wipers */

void locket_turn_enter(void)
{
        locket_lock_begins(LOCKET_LOCK_WIPES);
        (void)locket_add(&locket_turn_word, LOCKET_TURN_ONE + 1u);
}

/* In a child that was forked by a handler above a wiper, it is none any more. */
void locket_turn_leave(void)
{
        uint32_t word = locket_load(&locket_turn_word);

        while ((word & LOCKET_TURN_NOW) != 0 &&
               !locket_claim(&locket_turn_word, word, word - 1u)) {
                word = locket_load(&locket_turn_word);
        }
        locket_os_wake(&locket_turn_word, INT_MAX);
        locket_lock_ends(LOCKET_LOCK_WIPES); /* last: a handler must not wait for this one */
}

/* Give the place of slot ${s} the access that its record says. */
static void locket_turn_settle(unsigned char *b, const struct locket_slot *s)
{
        if (s->state == LOCKET_SLOT_LIVE) {
                if (s->access != LOCKET_READ_WRITE) {
                        locket_os_restore(b, s->lo, s->hi, s->access);
                }
        } else if (s->state != LOCKET_SLOT_VIRGIN) {
                locket_os_restore(b, s->bottom, s->access == LOCKET_NO_ACCESS ? s->hi : s->lo,
                                  LOCKET_NO_ACCESS);
        }
}

/* Give every place of ${a} the access that its record says. */
static void locket_turn_repair(struct locket_arena *a)
{
        const struct locket_tables *t = a->tables;
        uint32_t span;
        uint32_t k;

        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                const struct locket_slab *slab = &t->slab[span];

                if (!locket_place_head(a, span)) {
                        continue;
                }
                for (k = 0; k < slab->used && slab->slots + k < t->slot_count; k++) {
                        locket_turn_settle(t->range.base, &t->slot[slab->slots + k]);
                }
        }
}

/* Zero the bytes ${lo} .. ${hi}, which are open unless a call has closed them
 * meanwhile: EFAULT. */
static int locket_turn_bytes(unsigned char *b, size_t lo, size_t hi)
{
        const int error = locket_os_zero(b, lo, hi);

        if (error == 0 || error == EFAULT) {
                return error;
        }
        locket_wipe_range(b, lo, hi); /* a kernel without that call */
        return 0;
}

/* Zero what can be of the bytes ${lo} .. ${hi}, each page of ${bottom} .. ${top} for
 * itself: the kernel does not open them together. */
static void locket_turn_pages(const struct locket_range *range, size_t bottom, size_t top,
                              size_t lo, size_t hi)
{
        size_t at;

        for (at = bottom; at < top; at += range->page) {
                const size_t end = at + range->page;

                if (at < hi && lo < end && locket_os_open(range->base, at, end) == 0) {
                        (void)locket_turn_bytes(range->base, at < lo ? lo : at, end < hi ? end : hi);
                }
        }
}

/* Zero bytes ${lo} .. ${hi} of slot ${s}, whose pages begin at ${bottom}; open them
 * as often as a call closes them. */
static void locket_turn_zero(const struct locket_range *range, const struct locket_slot *s,
                             size_t bottom, size_t lo, size_t hi)
{
        int closed = locket_int_load(&s->access) != LOCKET_READ_WRITE;
        int error = EFAULT;
        uint32_t tries;

        for (tries = 0; error == EFAULT && tries < LOCKET_TURN_TRIES; tries++) {
                if (closed && locket_os_open(range->base, bottom, s->hi) != 0) {
                        locket_turn_pages(range, bottom, s->hi, lo, hi);
                        return;
                }
                error = locket_turn_bytes(range->base, lo, hi);
                closed = 1;
        }
}

/* Give the pages of live secret ${s} of an arena that is free the access that
 * its record says.  0, or an errno: then some of them may be open. */
static int locket_turn_shut(unsigned char *b, const struct locket_slot *s)
{
        switch (s->access) {
        case LOCKET_NO_ACCESS:
                return locket_os_close(b, s->lo, s->hi);
        case LOCKET_READ_ONLY:
                return locket_os_read_only(b, s->lo, s->hi);
        default:
                return 0;
        }
}

/* Zero a live secret; ${taken}: a call has its turn.  The record may be torn then,
 * but not that of a secret that was live before the call.  0, or an errno: it is
 * not closed again. */
static int locket_turn_secret(const struct locket_tables *t, const struct locket_runs *r,
                              const struct locket_slot *s, int taken)
{
        const size_t bottom = locket_size_load(&s->lo);
        const size_t lo = locket_size_load(&s->user);
        const size_t hi = lo + locket_size_load(&s->size);

        if (lo < bottom || hi < lo || s->hi < hi) {
                return 0; /* it is being made */
        }
        if (r != NULL && locket_run_hint(r, bottom) != LOCKET_NONE) {
                locket_run_wipe(r, t->range.base, locket_run_hint(r, bottom), lo, hi);
                return 0; /* always open */
        }
        locket_turn_zero(&t->range, s, bottom, lo, hi);
        return taken ? 0 : locket_turn_shut(t->range.base, s);
}

/* The live secrets of slab ${slab}; those in the cells of ${r}, too, of an arena that
 * has some. */
static int locket_turn_slab(const struct locket_tables *t, const struct locket_runs *r,
                            const struct locket_slab *slab, int taken)
{
        int error = 0;
        uint32_t k;

        for (k = 0; k < slab->used && slab->slots + k < t->slot_count; k++) {
                const struct locket_slot *s = &t->slot[slab->slots + k];

                if (locket_int_load(&s->state) == LOCKET_SLOT_LIVE) {
                        const int refused = locket_turn_secret(t, r, s, taken);

                        error = refused != 0 ? refused : error;
                }
        }
        return error;
}

int locket_turn_wipe(struct locket_arena *a, const struct locket_runs *r)
{
        struct locket_tables *t = a->tables;
        const struct locket_runs *cells = a->policy.layout == LOCKET_COMPACT ? r : NULL;
        int taken = locket_lock_held(&a->lock);
        int error = 0;
        uint32_t span;

        if (taken) {
                (void)locket_swap(&a->lock.disturbed, 1);
                taken = locket_lock_held(&a->lock); /* it may have ended before it could see that */
        }
        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                if (locket_place_head(a, span)) {
                        const int refused = locket_turn_slab(t, cells, &t->slab[span], taken);

                        error = refused != 0 ? refused : error;
                }
        }
        return error;
}

void locket_turn_close(struct locket_arena *a)
{
        if (!locket_lock_held(&a->lock)) {
                locket_turn_repair(a);
        } /* else it is disturbed: the call does that at its end */
}

/* ------------------------------------------------------------------- calls */

uint32_t locket_turn_look(void)
{
        return locket_load(&locket_turn_word);
}

int locket_turn_wiped(uint32_t seen)
{
        const uint32_t word = locket_add(&locket_turn_word, 0); /* after all stores before it */

        return word != seen || (seen & LOCKET_TURN_NOW) != 0;
}

void locket_turn_calm(void)
{
        uint32_t word = locket_load(&locket_turn_word);

        while ((word & LOCKET_TURN_NOW) != 0) {
                locket_os_sleep(&locket_turn_word, word);
                word = locket_load(&locket_turn_word);
        }
}

static int locket_turn_wiping(void)
{
        return (locket_load(&locket_turn_word) & LOCKET_TURN_NOW) != 0;
}

/* ${a} is locked: 1 if nobody wipes, and then every place of it is as its record
 * says.  Who says just now that it is disturbed says so again, or has entered
 * before and is waited for, or has left. */
int locket_turn_now(struct locket_arena *a)
{
        const uint32_t disturbed = locket_load(&a->lock.disturbed);

        if (disturbed != 0) {
                (void)locket_swap(&a->lock.disturbed, 0);
        }
        if (locket_turn_wiping()) {
                if (disturbed != 0) {
                        (void)locket_swap(&a->lock.disturbed, 1);
                }
                return 0;
        }
        if (disturbed != 0) {
                locket_turn_repair(a);
        }
        return 1;
}

/* ${a} is locked; have a turn in it. */
LOCKET_TURN_RARE static void locket_turn_wait(struct locket_arena *a)
{
        while (!locket_turn_now(a)) {
                locket_lock_drop(&a->lock); /* else a fork above the wiper waits for us */
                locket_turn_calm();
                locket_lock_take(&a->lock);
        }
}

/* The same: at once, if no wiper was there and none is. */
LOCKET_INLINE void locket_turn_have(struct locket_arena *a)
{
        if (locket_load(&a->lock.disturbed) != 0 || locket_turn_wiping()) {
                locket_turn_wait(a);
        }
}

void locket_turn_begin(struct locket_arena *a)
{
        locket_lock_take(&a->lock);
        locket_turn_have(a);
}

int locket_turn_begin_if_free(struct locket_arena *a)
{
        if (!locket_lock_try(&a->lock)) {
                return 0;
        }
        locket_turn_have(a);
        return 1;
}

/* ${a} is free, and was disturbed: a turn undoes what wipers left. */
LOCKET_TURN_RARE static void locket_turn_undo(struct locket_arena *a)
{
        while (locket_load(&a->lock.disturbed) != 0) {
                locket_turn_begin(a);
                locket_lock_drop(&a->lock);
        }
}

void locket_turn_end(struct locket_arena *a)
{
        locket_lock_drop(&a->lock);
        if (locket_load(&a->lock.disturbed) != 0) {
                locket_turn_undo(a);
        }
}

/* -------------------------------------------------------------------- fork */

int locket_turn_in_parent(struct locket_arena *a)
{
        locket_lock_drop(&a->lock);
        return locket_load(&a->lock.disturbed) != 0 && !locket_turn_wiping();
}

int locket_turn_alone(void)
{
        return (locket_swap(&locket_turn_word, 0) & LOCKET_TURN_NOW) != 0;
}

void locket_turn_in_child(struct locket_arena *a, int wiped)
{
        const int disturbed = wiped || locket_load(&a->lock.disturbed) != 0;

        locket_lock_init(&a->lock);
        if (disturbed && a->used != 0) {
                locket_turn_repair(a);
        }
}
