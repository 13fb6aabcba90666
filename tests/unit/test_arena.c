/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_arena.c - who gets which slot, and when: quarantine, choice, what is
 * kept and what is given back.
 */
#include "unit.h"

#include "heap.h"

#include "arena.h"
#include "os.h"
#include "place.h"
#include "policy.h"

static struct locket_tables t;
static struct locket_arena a;
static size_t page;

static void begin(enum locket_freed freed, size_t quarantine)
{
        struct locket_policy policy;

        unit_tables(&t);
        page = t.range.page;
        locket_policy_default(&policy);
        policy.freed = freed;
        policy.quarantine = quarantine;
        locket_lock_init(&a.lock);
        locket_arena_begin(&a, &t, 3, &policy, 12345);
}

static unsigned char *bytes_of(uint32_t i)
{
        return t.range.base + t.slot[i].lo;
}

/* A slot that is live, with ${pages} pages. */
static uint32_t get(size_t pages)
{
        const uint32_t i = locket_arena_get(&a, pages * page);
        struct locket_slot *s = &t.slot[i];

        NEED(i < t.slot_count);
        SAME(a.refusal, 0);
        SAME(s->hi - s->lo, pages * page);
        SAME(s->access, LOCKET_READ_WRITE);
        NEED(s->state != LOCKET_SLOT_LIVE);
        NEED(unit_zero(bytes_of(i), pages * page));
        locket_slot_take(s, s->hi - 32, 32, 16);
        a.live += 1;
        a.live_bytes += 32;
        memset(bytes_of(i), 0xee, pages * page);
        return i;
}

/* As secret.c does it. */
static void put(uint32_t i)
{
        memset(bytes_of(i), 0, t.slot[i].hi - t.slot[i].lo);
        locket_arena_put(&a, i);
        NEED(t.slot[i].state != LOCKET_SLOT_LIVE);
}

CASE(begin_is_empty)
{
        memset(&a, 0xaa, sizeof a);
        begin(LOCKET_FREED_CLOSE, 8);
        SAME(a.index, 3);
        SAME(a.live + a.live_bytes + a.open_bytes + a.locked_bytes + a.kept_bytes, 0);
        SAME(a.slabs + a.peak_live + a.peak_locked, 0);
        SAME(a.quarantine.count, 0);
        SAME(a.found, 0);
        SAME(a.wiped_by_fork, 1);
}

CASE(label_is_copied)
{
        struct locket_policy policy;
        char name[200];

        begin(LOCKET_FREED_CLOSE, 8);
        locket_policy_default(&policy);
        memset(name, 'x', sizeof name);
        name[199] = '\0';
        policy.label = name;
        locket_arena_begin(&a, &t, 3, &policy, 0);
        SAME(strlen(a.label), 63);
        NEED(a.policy.label == NULL);
        name[1] = '\0';
        locket_arena_begin(&a, &t, 3, &policy, 0);
        NEED(strcmp(a.label, "x") == 0);
        policy.label = NULL;
        locket_arena_begin(&a, &t, 3, &policy, 0);
        SAME(a.label[0], '\0');
}

/* After a free, exactly ${depth} further ones bring the place back. */
static void depth_is(enum locket_freed freed, size_t depth)
{
        uint32_t first;
        uint32_t other[64];
        size_t n;

        begin(freed, depth);
        a.keep_limit = SIZE_MAX;
        first = get(1);
        for (n = 0; n < depth; n++) {
                other[n] = get(1);
        }
        put(first);
        for (n = 0; n < depth; n++) {
                uint32_t i;

                SAME(t.slot[first].state, LOCKET_SLOT_QUARANTINED);
                i = get(1); /* nothing else is kept: a new one comes */
                NEED(i != first);
                SAME(a.quarantine.count, n + 1);
                put(other[n]);
        }
        SAME(t.slot[first].state, LOCKET_SLOT_KEPT);
        SAME(a.quarantine.count, depth);
        a.policy.capacity = a.open_bytes; /* no new place: what is kept must come */
        SAME(get(1), first);
        SAME(a.found, 0);
}

static void depth_close(void *depth)
{
        depth_is(LOCKET_FREED_CLOSE, *(size_t *)depth);
}

static void depth_check(void *depth)
{
        depth_is(LOCKET_FREED_CHECK, *(size_t *)depth);
}

CASE(quarantine_depth)
{
        static const size_t depth[] = { 0, 1, 2, 7, 8, 9, 50 };
        size_t i;

        for (i = 0; i < sizeof depth / sizeof depth[0]; i++) {
                size_t d = depth[i];

                NEED(unit_ends(depth_close, &d));
                NEED(unit_ends(depth_check, &d));
        }
}

CASE(closed_or_open)
{
        uint32_t i;

        begin(LOCKET_FREED_CLOSE, 8);
        i = get(3);
        put(i);
        SAME(t.slot[i].access, LOCKET_NO_ACCESS);
        NEED(strcmp(unit_access(bytes_of(i)), "---p") == 0);
        NEED(unit_faults(bytes_of(i), 0) && unit_faults(bytes_of(i) + 3 * page - 1, 1));
}

CASE(open_if_checked)
{
        uint32_t i;

        begin(LOCKET_FREED_CHECK, 8);
        i = get(3);
        put(i);
        SAME(t.slot[i].access, LOCKET_READ_WRITE);
        NEED(strcmp(unit_access(bytes_of(i)), "rw-p") == 0);
}

/* Each byte of a freed slot, written late, is found before reuse. */
CASE(late_write)
{
        uint32_t i;
        size_t n;

        begin(LOCKET_FREED_CHECK, 0);
        a.policy.capacity = page; /* no other place */
        i = get(1);
        put(i);
        for (n = 0; n < page; n += unit_count(1, 61)) {
                bytes_of(i)[n] = 0x80;
                SAME(locket_arena_get(&a, page), LOCKET_NONE);
                SAME(a.found, 1); /* the only one that is kept is looked at */
                SAME(a.kind, LOCKET_WRITE_AFTER_FREE);
                SAME(a.at, t.range.address + t.slot[i].user);
                NEED(unit_zero(bytes_of(i), page));
                a.found = 0;
        }
        SAME(get(1), i);
}

/* Each of those that are kept comes about as often as another. */
CASE(choice_is_random)
{
        size_t seen[LOCKET_DRAW] = { 0 };
        uint32_t slot[LOCKET_DRAW];
        const size_t rounds = unit_count(8000, 800);
        size_t n;
        size_t i;

        begin(LOCKET_FREED_CHECK, 0);
        for (i = 0; i < LOCKET_DRAW; i++) {
                slot[i] = get(1);
        }
        for (i = 0; i < LOCKET_DRAW; i++) {
                put(slot[i]);
        }
        for (n = 0; n < rounds; n++) {
                const uint32_t got = get(1);

                for (i = 0; i < LOCKET_DRAW && slot[i] != got; i++) {
                }
                NEED(i < LOCKET_DRAW);
                seen[i] += 1;
                put(got);
        }
        for (i = 0; i < LOCKET_DRAW; i++) {
                NEED(seen[i] > rounds / LOCKET_DRAW / 2);
                NEED(seen[i] < rounds / LOCKET_DRAW * 2);
        }
}

CASE(keeps_no_more_than_the_limit)
{
        const size_t locked = unit_locked();
        uint32_t slot[200];
        size_t i;

        begin(LOCKET_FREED_CLOSE, 8);
        for (i = 0; i < 200; i++) {
                slot[i] = get(1 + i % 4);
        }
        for (i = 0; i < 200; i++) {
                put(slot[i]);
                NEED(a.kept_bytes <= LOCKET_KEEP_BYTES);
                SAME(a.locked_bytes, unit_locked() - locked);
        }
        SAME(a.live, 0);
        SAME(a.live_bytes, 0);
        SAME(a.open_bytes, a.kept_bytes);
        SAME(a.locked_bytes, a.kept_bytes);
        SAME(locket_arena_trim(&a), 1);
        SAME(a.kept_bytes + a.open_bytes + a.locked_bytes, 0);
        SAME(unit_locked(), locked);
        SAME(locket_arena_trim(&a), 0);
        SAME(a.quarantine.count, 8); /* still not to be used again */
        for (i = 0; i < 100; i++) {
                slot[i] = get(1 + i % 4);
        }
        SAME(a.found, 0);
}

/* The code that looks for broken clauses finds them. */
CASE(heap_is_looked_at)
{
        uint32_t i;

        begin(LOCKET_FREED_CHECK, 0);
        i = get(2);
        NEED(heap_broken(&t, 1) == NULL);
        t.slot[i].lo += page;
        NEED(heap_broken(&t, 1) == NULL); /* a page less is not known to be open */
        t.slot[i].lo -= page;
        t.slot[i].user -= 16;
        NEED(strcmp(heap_broken(&t, 0), "secrets") == 0);
        t.slot[i].user += 16;
        t.slot[i].access = LOCKET_NO_ACCESS;
        NEED(strcmp(heap_broken(&t, 1), "access") == 0);
        t.slot[i].access = LOCKET_READ_WRITE;
        t.slot[i].lock_error = EAGAIN;
        NEED(strcmp(heap_broken(&t, 1), "locked") == 0);
        t.slot[i].lock_error = 0;
        t.slot[i].state = LOCKET_SLOT_QUARANTINED;
        t.range.base[t.slot[i].hi - 1] = 1;
        NEED(strcmp(heap_broken(&t, 0), "rest") == 0);
        t.range.base[t.slot[i].hi - 1] = 0;
        t.slot[i].hi += page;
        NEED(strcmp(heap_broken(&t, 0), "places") == 0);
        t.slot[i].hi -= page;
        t.span[t.slot[i].slab].slab = LOCKET_SPAN_COUNT;
        NEED(strcmp(heap_broken(&t, 0), "slabs") == 0);
}

CASE(random_traffic)
{
        static const size_t most = 60;
        uint32_t slot[60];
        size_t pages[60] = { 0 };
        const size_t locked = unit_locked();
        size_t step;

        begin(LOCKET_FREED_CLOSE, 5);
        for (step = 0; step < unit_count(20000, 1500); step++) {
                const size_t i = unit_below(most);

                if (pages[i] == 0) {
                        size_t k;

                        pages[i] = 1 + unit_below(9);
                        slot[i] = get(pages[i]);
                        for (k = 0; k < most; k++) { /* no two overlap */
                                const struct locket_slot *x = &t.slot[slot[i]];
                                const struct locket_slot *y = &t.slot[slot[k]];

                                NEED(k == i || pages[k] == 0 || x->hi + page <= y->lo ||
                                     y->hi + page <= x->lo);
                        }
                } else {
                        SAME(unit_bytes(bytes_of(slot[i]), pages[i] * page, 0xee),
                             pages[i] * page);
                        put(slot[i]);
                        pages[i] = 0;
                }
                if (step % 500 == 0) {
                        NEED(heap_broken(&t, step % 5000 == 0) == NULL);
                }
        }
        NEED(heap_broken(&t, 1) == NULL);
        SAME(a.locked_bytes, unit_locked() - locked);
        SAME(a.found, 0);
}

CASE(cap)
{
        uint32_t i;

        begin(LOCKET_FREED_CLOSE, 0);
        a.policy.capacity = 2 * page;
        i = get(1);
        (void)get(1);
        SAME(locket_arena_get(&a, page), LOCKET_NONE);
        SAME(a.refusal, EDQUOT); /* the caller is told ENOMEM */
        SAME(a.slabs, 1);
        SAME(a.open_bytes, 2 * page);
        put(i);
        SAME(get(1), i);
}

CASE(reserve)
{
        const size_t locked = unit_locked();
        size_t spare;
        size_t n;

        begin(LOCKET_FREED_CLOSE, 8);
        SAME(locket_arena_reserve_slots(&a, 100, page), 0);
        spare = a.kept_bytes / page - 100;
        NEED(spare >= 8 && spare <= 8 + LOCKET_DRAW); /* what the quarantine holds back */
        SAME(unit_locked(), locked + (100 + spare) * page);
        SAME(a.live, 0);
        for (n = 0; n < 100; n++) {
                (void)get(1);
        }
        SAME(unit_locked(), locked + (100 + spare) * page); /* nothing new was opened */
        SAME(a.kept_bytes, spare * page);
}

CASE(reserve_none)
{
        const size_t locked = unit_locked();
        const size_t slots = 1000000000;

        begin(LOCKET_FREED_CLOSE, 8);
        SAME(locket_arena_reserve_slots(&a, slots, page), ENOMEM);
        SAME(locket_arena_reserve_slots(&a, SIZE_MAX, page), ENOMEM);
        a.policy.capacity = 10 * page;
        SAME(locket_arena_reserve_slots(&a, 11, page), EDQUOT);
        SAME(a.open_bytes, 0);
        SAME(unit_locked(), locked);
        SAME(locket_arena_reserve_slots(&a, 10, page), 0);
        SAME(a.open_bytes, 10 * page);
}

/* Get ${n} slots of ${pages} pages: nothing is opened for them. */
static void get_reserved(uint32_t *slot, size_t n, size_t pages)
{
        const size_t open = a.open_bytes;
        size_t i;

        for (i = 0; i < n; i++) {
                slot[i] = get(pages);
                SAME(a.open_bytes, open);
        }
}

static void put_all(const uint32_t *slot, size_t n)
{
        size_t i;

        for (i = 0; i < n; i++) {
                put(slot[i]);
        }
}

/* Room for larger ones of the same class: what was reserved before is none of it,
 * and is not drawn for them, wherever it was: kept, in quarantine or handed out. */
CASE(reserve_larger)
{
        const enum locket_freed freed[2] = { LOCKET_FREED_CLOSE, LOCKET_FREED_CHECK };
        uint32_t slot[12];
        size_t round;

        for (round = 0; round < 2; round++) {
                begin(freed[round], 2);
                SAME(locket_arena_reserve_slots(&a, 6, 3 * page), 0);
                get_reserved(slot, 6, 3);
                put_all(slot, 4);
                SAME(locket_arena_reserve_slots(&a, 6, 4 * page), 0);
                get_reserved(slot + 6, 6, 4);
                put_all(slot + 4, 8); /* the last two small ones, too */
                a.policy.capacity = a.open_bytes; /* nothing can grow */
                get_reserved(slot, 12, 4);
                put_all(slot, 12);
                SAME(a.open_bytes, 14 * 4 * page);
                SAME(a.bin[2].floor, 12);
                NEED(heap_broken(&t, 1) == NULL);
                SAME(locket_arena_end(&a), 0);
        }
}

/* Room of which a larger one has made use is as it was when that is freed. */
CASE(reserve_smaller)
{
        uint32_t slot[8];
        uint32_t large;

        begin(LOCKET_FREED_CHECK, 2);
        large = get(4);
        SAME(locket_arena_reserve_slots(&a, 6, 3 * page), 0);
        put(large);
        large = get(4);
        put(large);
        get_reserved(slot, 6, 3);
        put_all(slot, 6);
        get_reserved(slot, 6, 3);
        NEED(heap_broken(&t, 1) == NULL);
}

/* A larger reserve that fails takes nothing from the one before. */
CASE(reserve_larger_none)
{
        uint32_t slot[6];

        begin(LOCKET_FREED_CHECK, 2);
        SAME(locket_arena_reserve_slots(&a, 6, 3 * page), 0);
        a.policy.capacity = a.open_bytes + 20 * page;
        SAME(locket_arena_reserve_slots(&a, 6, 4 * page), EDQUOT);
        SAME(a.open_bytes, 8 * 3 * page);
        get_reserved(slot, 6, 3);
        put_all(slot, 6);
        get_reserved(slot, 6, 3);
}

/* What is in quarantine is open, but it cannot be had. */
CASE(reserve_in_quarantine)
{
        uint32_t slot[4];
        size_t i;
        int round;

        begin(LOCKET_FREED_CLOSE, 2);
        a.policy.capacity = 2 * page;
        slot[0] = get(1);
        slot[1] = get(1);
        put_all(slot, 2);
        SAME(locket_arena_reserve_slots(&a, 1, page), EDQUOT);
        SAME(a.open_bytes, 2 * page);
        SAME(locket_arena_trim(&a), 1); /* as locket.c does then */
        SAME(locket_arena_reserve_slots(&a, 1, page), 0);
        for (round = 0; round < 9; round++) { /* each time it is to be had */
                slot[0] = get(1);
                put(slot[0]);
        }
        SAME(locket_arena_reserve_slots(&a, 1, page), 0); /* one less is detained */
        for (round = 0; round < 9; round++) {
                slot[0] = get(1);
                slot[1] = get(1);
                put_all(slot, 2);
        }
        SAME(locket_arena_reserve_slots(&a, 1, page), EDQUOT); /* there are but two */
        SAME(a.open_bytes, 2 * page);
        for (i = 0; i < 2; i++) {
                slot[i] = get(1);
        }
        SAME(locket_arena_get(&a, page), LOCKET_NONE);
        SAME(a.refusal, EDQUOT);
}

/* The places that a parent opened are none of a child's room. */
CASE(reserve_in_child)
{
        uint32_t slot[10];

        begin(LOCKET_FREED_CHECK, 2);
        SAME(locket_arena_reserve_slots(&a, 8, page), 0);
        get_reserved(slot, 8, 1);
        put_all(slot, 6);
        t.epoch += 1;
        locket_arena_forked(&a);
        SAME(locket_arena_reserve_slots(&a, 6, page), 0);
        SAME(a.open_bytes, 8 * page);
        get_reserved(slot, 6, 1);
        put_all(slot, 6);
        get_reserved(slot, 6, 1);
}

/* Use an arena and end it: the number of mappings then.  5 MiB at most, as an
 * ordinary user may lock 8. */
static size_t end_once(void)
{
        const size_t locked = unit_locked();
        uint32_t slot[150];
        uint32_t i;

        for (i = 0; i < 150; i++) {
                slot[i] = get(1 + i % 16);
        }
        for (i = 0; i < 150; i++) {
                put(slot[i]);
        }
        locket_arena_end(&a);
        SAME(a.slabs, 0);
        SAME(unit_locked(), locked);
        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                SAME(t.span[i].owner, 0);
        }
        for (i = 0; i < 150; i++) {
                SAME(t.slot[slot[i]].state, LOCKET_SLOT_VIRGIN);
                SAME(t.slot[slot[i]].lo, t.slot[slot[i]].hi);
        }
        for (i = 0; i < 1000; i++) {
                NEED(strcmp(unit_access(t.range.base + i * page), "---p") == 0);
        }
        NEED(unit_zero(t.range.base, 4 << 20));
        return unit_mappings();
}

static size_t end_once_more(const struct locket_policy *policy)
{
        locket_arena_begin(&a, &t, 3, policy, 0);
        return end_once();
}

CASE(ends_with_nothing)
{
        struct locket_policy policy;
        size_t mappings;
        int round;

        begin(LOCKET_FREED_CLOSE, 8);
        policy = a.policy;
        mappings = unit_mappings();
        NEED(end_once() <= mappings + 20 + UNIT_SLACK); /* mappings are a limit too */
        mappings = end_once_more(&policy);
        for (round = 0; round < 5; round++) {
                NEED(end_once_more(&policy) <= mappings + 2 + UNIT_SLACK); /* nothing piles up */
        }
}

/* An index that names no slot, or a slot that is not in quarantine. */
CASE(damaged_quarantine)
{
        uint32_t slot[4];
        size_t i;

        begin(LOCKET_FREED_CLOSE, 1);
        for (i = 0; i < 4; i++) {
                slot[i] = get(1);
        }
        put(slot[0]);
        a.quarantine.head = t.slot_count;
        put(slot[1]);
        SAME(a.found, 1);
        SAME(a.kind, LOCKET_METADATA_DAMAGE);
        SAME(a.quarantine.count, 0);
        a.found = 0;
        put(slot[2]);
        t.slot[slot[2]].state = LOCKET_SLOT_LIVE;
        memset(bytes_of(slot[3]), 0, page);
        locket_arena_put(&a, slot[3]);
        SAME(a.found, 1);
        SAME(a.kind, LOCKET_METADATA_DAMAGE);
        SAME(a.quarantine.count, 0);
}

CASE(first_finding_stays)
{
        begin(LOCKET_FREED_CLOSE, 2);
        locket_arena_found(&a, LOCKET_OVERFLOW, 1);
        locket_arena_found(&a, LOCKET_UNDERFLOW, 2);
        SAME(a.kind, LOCKET_OVERFLOW);
        SAME(a.at, 1);
}

/* A free slot that was never made live goes back without a trace. */
CASE(returned)
{
        uint32_t i;

        begin(LOCKET_FREED_CLOSE, 8);
        i = locket_arena_get(&a, page);
        locket_arena_return(&a, i);
        SAME(a.kept_bytes, page);
        SAME(a.quarantine.count, 0);
        SAME(t.slot[i].state, LOCKET_SLOT_KEPT);
        NEED(strcmp(unit_access(bytes_of(i)), "---p") == 0);
        a.policy.capacity = page;
        SAME(get(1), i);
        SAME(a.kept_bytes, 0);
}

CASE(forked)
{
        uint32_t slot[LOCKET_DRAW];
        uint32_t i;
        size_t n;

        begin(LOCKET_FREED_CLOSE, 0);
        for (n = 0; n < LOCKET_DRAW; n++) {
                slot[n] = get(1);
        }
        for (n = 0; n < LOCKET_DRAW; n++) {
                put(slot[n]);
                SAME(locket_os_unlock(t.range.base, t.slot[slot[n]].lo, t.slot[slot[n]].hi), 0);
        }
        t.epoch += 1;
        locket_arena_forked(&a);
        SAME(a.open_bytes + a.locked_bytes + a.kept_bytes, 0);
        SAME(unit_locked(), 0);
        for (n = 1; n <= LOCKET_DRAW; n++) { /* opened and locked anew, whichever comes */
                i = get(1);
                SAME(a.open_bytes, n * page);
                SAME(a.locked_bytes, n * page);
                SAME(unit_locked(), n * page);
                NEED(unit_flag(bytes_of(i), "lo"));
                SAME(t.slot[i].epoch, t.epoch);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(begin_is_empty),     cmocka_unit_test(label_is_copied),
                cmocka_unit_test(quarantine_depth),   cmocka_unit_test(closed_or_open),
                cmocka_unit_test(open_if_checked),    cmocka_unit_test(late_write),
                cmocka_unit_test(choice_is_random),
                cmocka_unit_test(keeps_no_more_than_the_limit),
                cmocka_unit_test(heap_is_looked_at),
                cmocka_unit_test(random_traffic),     cmocka_unit_test(cap),
                cmocka_unit_test(reserve),            cmocka_unit_test(reserve_none),
                cmocka_unit_test(reserve_larger),     cmocka_unit_test(reserve_larger_none),
                cmocka_unit_test(reserve_smaller),
                cmocka_unit_test(reserve_in_quarantine),
                cmocka_unit_test(reserve_in_child),
                cmocka_unit_test(ends_with_nothing),  cmocka_unit_test(damaged_quarantine),
                cmocka_unit_test(first_finding_stays),
                cmocka_unit_test(returned),           cmocka_unit_test(forked),
        };

        return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
