/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * secret.c - one secret in one slot: made, checked, resized, wiped.
 *
 * Knows:    the bytes of live slots.
 * Promises: a secret ends at the guard, up to its alignment; the wipe comes
 *           before the verdict on its canary is acted on.
 * Proved:   all functions.   Tests: tests/unit/test_secret.c,
 *           tests/crime
 */
#include "secret.h"

#include "chain.h"
#include "os.h"
#include "pages.h"
#include "wipe.h"
#include "word.h"

/*@ requires valid: \valid_read(s);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures low:  \result.low == s->canary_low;
    ensures high: \result.high == s->canary_high;
*/
static struct locket_canary locket_secret_canary(const struct locket_slot *s)
{
        struct locket_canary canary;

        canary.low = s->canary_low;
        canary.high = s->canary_high;
        return canary;
}

/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
static uint64_t locket_secret_after(uint64_t generation)
{
        return generation == UINT64_MAX ? 0 : generation + 1;
}

/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
static size_t locket_secret_greater(size_t x, size_t y)
{
        return x > y ? x : y;
}

/* The next canary of ${a} is another one. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->generation;
    LOCKET_KEEPS_HEAP(a->tables);
*/
static void locket_secret_next(struct locket_arena *a)
{
        a->generation = locket_secret_after(a->generation);
}

/* One more secret is live in ${a}. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->live, a->peak_live;
    LOCKET_KEEPS_HEAP(a->tables);
*/
static void locket_secret_count(struct locket_arena *a)
{
        a->live = locket_size_plus(a->live, 1);
        a->peak_live = locket_secret_greater(a->live, a->peak_live);
}

/* ${less} bytes of secrets fewer are live, and ${more} more. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->live_bytes;
    LOCKET_KEEPS_HEAP(a->tables);
*/
static void locket_secret_bytes(struct locket_arena *a, size_t less, size_t more)
{
        a->live_bytes = locket_size_plus(locket_size_minus(a->live_bytes, less), more);
}

/* Put ${canary} on the pages of free slot ${i}, around ${user} .. ${end}. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_SPARE(t, i) && t->slot[i].access == LOCKET_READ_WRITE;
    requires zero:   zeroed(t->range.base, t->slot[i].lo, t->slot[i].hi);
    requires place:  t->slot[i].lo + LOCKET_CANARY_BYTES <= user <= end <= t->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].canary_low, t->slot[i].canary_high,
               t->range.base[user - LOCKET_CANARY_BYTES .. user - 1],
               t->range.base[end .. t->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(t);
    ensures after:  canary_after_ok(t->range.base, end, t->slot[i].hi, t->slot[i].canary_low,
                                    t->slot[i].canary_high);
    ensures below:  canary_below_ok(t->range.base, t->slot[i].lo, user, t->slot[i].canary_low,
                                    t->slot[i].canary_high);
*/
static void locket_secret_fence(struct locket_tables *t, uint32_t i, size_t user, size_t end,
                                struct locket_canary canary)
{
        struct locket_slot *s = &t->slot[i];

        s->canary_low = canary.low;
        s->canary_high = canary.high;
        locket_canary_place(t->range.base, user, end, s->hi, canary);
}

/* Open slot ${i} is a secret at offset ${user} from now on. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_SPARE(t, i) && t->slot[i].access == LOCKET_READ_WRITE;
    requires size:   size <= LOCKET_MAX_SIZE;
    requires place:  t->slot[i].lo + LOCKET_CANARY_BYTES <= user && user + size <= t->slot[i].hi;
    requires flush:  1 <= alignment <= 65536 && t->slot[i].hi < user + size + alignment;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].user, t->slot[i].size, t->slot[i].alignment, t->slot[i].state;
    LOCKET_KEEPS_HEAP(t);
    ensures live:   t->slot[i].state == LOCKET_SLOT_LIVE && t->slot[i].user == user &&
                    t->slot[i].size == size && t->slot[i].alignment == alignment;
*/
static void locket_secret_begin(struct locket_tables *t, uint32_t i, size_t user, size_t size,
                                uint32_t alignment)
{
        locket_slot_take(&t->slot[i], user, size, alignment);
}

void locket_secret_make(struct locket_arena *a, uint32_t i, size_t size, size_t alignment)
{
        struct locket_tables *t = a->tables;
        const size_t user = t->slot[i].hi - locket_size_round(size, alignment);
        struct locket_canary canary;

        locket_secret_next(a);
        locket_secret_count(a);
        locket_secret_bytes(a, 0, size);
        canary = locket_canary_make(t->process->key_low, t->process->key_high, user,
                                    a->generation);
        locket_secret_fence(t, i, user, user + size, canary);
        locket_secret_begin(t, i, user, size, (uint32_t)alignment);
}

int locket_secret_lost(const struct locket_arena *a, uint32_t i)
{
        return a->wiped_by_fork && locket_arena_stale(a->tables, i);
}

int locket_secret_damage(const struct locket_arena *a, uint32_t i)
{
        const unsigned char *b = a->tables->range.base;
        const struct locket_slot *s = &a->tables->slot[i];
        const struct locket_canary canary = locket_secret_canary(s);

        if (locket_secret_lost(a, i)) {
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

/* Remember a violation, as locket_arena_found does: no slot has changed. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->found, a->kind, a->at;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures records: live_records{Pre,Post}(a->tables, -1);
    ensures told:   a->found != 0;
*/
static void locket_secret_tell(struct locket_arena *a, enum locket_violation kind, uintptr_t at)
{
        locket_arena_found(a, kind, at);
}

/* Check open secret ${i}, and remember what is damaged. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_LIVE(a->tables, i) && a->tables->slot[i].access != LOCKET_NO_ACCESS;
    terminates \true;
    exits      \false;
    assigns    a->found, a->kind, a->at;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures records: live_records{Pre,Post}(a->tables, -1);
    ensures damaged: \old(!LOCKET_LOST(a, i) && !(LOCKET_AFTER_OK(a->tables, i) &&
                                                  LOCKET_BELOW_OK(a->tables, i))) ==>
                       a->found != 0;
*/
static void locket_secret_judge(struct locket_arena *a, uint32_t i)
{
        const struct locket_tables *t = a->tables;
        const int damage = locket_secret_damage(a, i);

        if (damage >= 0) {
                locket_secret_tell(a, (enum locket_violation)damage,
                                   t->range.address + t->slot[i].user);
        }
}

/* Wipe all of open secret ${i}. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_LIVE(t, i) && t->slot[i].access == LOCKET_READ_WRITE;
    terminates \true;
    exits      \false;
    assigns    t->range.base[t->slot[i].lo .. t->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_LIVE(t, i);
    ensures wiped:  zeroed(t->range.base, t->slot[i].lo, t->slot[i].hi);
*/
static void locket_secret_wipe(struct locket_tables *t, uint32_t i)
{
        locket_wipe_range(t->range.base, t->slot[i].lo, t->slot[i].hi);
}

/* Check open secret ${i}, wipe all of it, and put it away. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_LIVE(a->tables, i) && a->tables->slot[i].access == LOCKET_READ_WRITE;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, i);
    ensures freed:  a->tables->slot[i].state != LOCKET_SLOT_LIVE;
    ensures wiped:  zeroed(a->tables->range.base, \old(a->tables->slot[i].lo),
                           \old(a->tables->slot[i].hi));
    ensures damaged: \old(!LOCKET_LOST(a, i) && !(LOCKET_AFTER_OK(a->tables, i) &&
                                                  LOCKET_BELOW_OK(a->tables, i))) ==>
                       a->found != 0;
*/
static void locket_secret_erase(struct locket_arena *a, uint32_t i)
{
        locket_secret_judge(a, i);
        /*@ assert judged: live_records{Pre,Here}(a->tables, i); */
        locket_secret_wipe(a->tables, i);
        locket_arena_put(a, i);
}

void locket_secret_end(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;

        if (locket_pages_access(t, i, LOCKET_READ_WRITE) != 0) {
                /* Closed pages cannot be wiped: better no process at all. */
                locket_secret_tell(a, LOCKET_METADATA_DAMAGE,
                                   t->range.address + t->slot[i].user);
                /*@ assert records: live_records{Pre,Here}(t, i); */
                return;
        }
        /*@ assert opened: live_records{Pre,Here}(t, i); */
        locket_secret_erase(a, i);
}

int locket_secret_stays(const struct locket_arena *a, uint32_t i, size_t size)
{
        const struct locket_slot *s = &a->tables->slot[i];

        return !locket_arena_stale(a->tables, i) && /* a parent's pages are not locked here */
               locket_size_round(size, s->alignment) == s->hi - s->user;
}

/* The same as locket_secret_resize, but for the count. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_LIVE(t, i) && t->slot[i].access == LOCKET_READ_WRITE;
    requires size:   size <= LOCKET_MAX_SIZE;
    requires flush:  t->slot[i].user + size <= t->slot[i].hi <
                       t->slot[i].user + size + t->slot[i].alignment;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].size,
               t->range.base[t->slot[i].user - LOCKET_CANARY_BYTES .. t->slot[i].user - 1],
               t->range.base[t->slot[i].user + lesser(size, t->slot[i].size) ..
                             t->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(t);
    ensures size:   t->slot[i].size == size;
    ensures zero:   zeroed(t->range.base, t->slot[i].user + lesser(size, \old(t->slot[i].size)),
                           t->slot[i].user + size);
    ensures after:  LOCKET_AFTER_OK(t, i);
    ensures below:  \old(LOCKET_BELOW_OK(t, i)) ==> LOCKET_BELOW_OK(t, i);
*/
static void locket_secret_fit(struct locket_tables *t, uint32_t i, size_t size)
{
        struct locket_slot *s = &t->slot[i];
        const size_t least = size < s->size ? size : s->size;

        /* Whoever wipes all secrets meanwhile, in a signal handler, must leave no
         * byte of this one, and not take the canary's for it: first the tail is
         * wiped, then comes the lesser size, the canary, the new size. */
        locket_wipe_range(t->range.base, s->user + least, s->hi);
        locket_size_store(&s->size, least);
        locket_canary_place(t->range.base, s->user, s->user + size, s->hi,
                            locket_secret_canary(s));
        locket_size_store(&s->size, size);
}

void locket_secret_resize(struct locket_arena *a, uint32_t i, size_t size)
{
        locket_secret_bytes(a, a->tables->slot[i].size, size);
        locket_secret_fit(a->tables, i, size);
}

void locket_secret_move(struct locket_arena *a, uint32_t from, uint32_t to)
{
        struct locket_tables *t = a->tables;
        const struct locket_slot *old = &t->slot[from];
        const struct locket_slot *new = &t->slot[to];
        const size_t least = old->size < new->size ? old->size : new->size;

        /*@ assert source: least > 0 ==> locket_ghost_owner[old->user] == from; */
        /*@ assert target: least > 0 ==> locket_ghost_owner[new->user] == to; */
        locket_wipe_copy(t->range.base, new->user, old->user, least);
}
