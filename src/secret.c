/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * secret.c - one secret in one slot: made, checked, resized, wiped.
 *
 * Knows:    the bytes of live slots.
 * Promises: a secret ends at the guard, up to its alignment; the wipe comes
 *           before the verdict on its canary is acted on.
 * Tests:    tests/unit/test_secret.c, tests/crime
 */
#include "secret.h"

#include "canary.h"
#include "os.h"
#include "size.h"
#include "wipe.h"
#include "word.h"

static struct locket_canary locket_secret_canary(const struct locket_slot *s)
{
        struct locket_canary canary;

        canary.low = s->canary_low;
        canary.high = s->canary_high;
        return canary;
}

void locket_secret_make(struct locket_arena *a, uint32_t i, size_t size, size_t alignment)
{
        const struct locket_process *process = a->tables->process;
        struct locket_slot *s = &a->tables->slot[i];
        const size_t user = s->hi - locket_size_round(size, alignment);
        struct locket_canary canary;

        a->generation = a->generation == UINT64_MAX ? 0 : a->generation + 1;
        canary = locket_canary_make(process->key_low, process->key_high, user, a->generation);
        s->canary_low = canary.low;
        s->canary_high = canary.high;
        locket_canary_place(a->tables->range.base, user, user + size, s->hi, canary);
        locket_slot_take(s, user, size, (uint32_t)alignment);
        a->live += 1;
        a->live_bytes += size;
        a->peak_live = a->live > a->peak_live ? a->live : a->peak_live;
}

int locket_secret_lost(const struct locket_arena *a, const struct locket_slot *s)
{
        return a->wiped_by_fork && locket_arena_stale(a, s);
}

int locket_secret_open(struct locket_arena *a, struct locket_slot *s)
{
        int error = 0;

        if (s->access != LOCKET_READ_WRITE) {
                error = locket_os_open(a->tables->range.base, s->lo, s->hi);
                if (error == 0) {
                        s->access = LOCKET_READ_WRITE;
                }
        }
        return error;
}

int locket_secret_damage(const struct locket_arena *a, const struct locket_slot *s)
{
        const unsigned char *b = a->tables->range.base;
        const struct locket_canary canary = locket_secret_canary(s);

        if (locket_secret_lost(a, s)) {
                return -1;
        }
        if (!locket_canary_after(b, s->user + s->size, s->hi, canary)) {
                return LOCKET_OVERFLOW;
        }
        if (!locket_canary_below(b, s->lo, s->user, canary)) {
                return LOCKET_UNDERFLOW;
        }
        return -1;
}

void locket_secret_end(struct locket_arena *a, uint32_t i)
{
        struct locket_slot *s = &a->tables->slot[i];
        const uintptr_t address = a->tables->range.address + s->user;
        int damage;

        if (locket_secret_open(a, s) != 0) {
                /* Closed pages cannot be wiped: better no process at all. */
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, address);
                return;
        }
        damage = locket_secret_damage(a, s);
        if (damage >= 0) {
                locket_arena_found(a, (enum locket_violation)damage, address);
        }
        locket_wipe_range(a->tables->range.base, s->lo, s->hi);
        locket_arena_put(a, i);
}

int locket_secret_stays(const struct locket_arena *a, const struct locket_slot *s, size_t size)
{
        return !locket_arena_stale(a, s) && /* a parent's pages are not locked here */
               locket_size_round(size, s->alignment) == s->hi - s->user;
}

void locket_secret_resize(struct locket_arena *a, struct locket_slot *s, size_t size)
{
        unsigned char *b = a->tables->range.base;
        const size_t least = size < s->size ? size : s->size;

        a->live_bytes = a->live_bytes - s->size + size;
        /* Whoever wipes all secrets meanwhile, in a signal handler, must not
         * take bytes of the canary for the secret's: first the lesser size,
         * then the canary, then the new size. */
        locket_size_store(&s->size, least);
        locket_wipe_range(b, s->user + least, s->hi);
        locket_canary_place(b, s->user, s->user + size, s->hi, locket_secret_canary(s));
        locket_size_store(&s->size, size);
}

void locket_secret_move(struct locket_arena *a, uint32_t from, uint32_t to)
{
        unsigned char *b = a->tables->range.base;
        const struct locket_slot *old = &a->tables->slot[from];
        const struct locket_slot *new = &a->tables->slot[to];

        locket_wipe_copy(b, new->user, old->user, old->size < new->size ? old->size : new->size);
}
