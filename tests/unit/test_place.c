/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_place.c - where slots are: slabs that are taken and given back.
 */
#include "unit.h"

#include "os.h"
#include "place.h"
#include "policy.h"
#include "size.h"

static struct locket_tables t;
static struct locket_arena a;

static void begin(void)
{
        struct locket_policy policy;

        unit_tables(&t);
        locket_policy_default(&policy);
        locket_lock_init(&a.lock);
        locket_arena_begin(&a, &t, 6, &policy, 1);
}

static const unsigned char *at(size_t off)
{
        return t.range.base + off;
}

CASE(virgin_slots)
{
        struct locket_slab *slab;
        uint32_t last = LOCKET_NONE;
        uint32_t i;
        int n;

        begin();
        for (n = 0; n < 20; n++) {
                i = locket_place_new(&a, 1);
                NEED(i < t.slot_count);
                NEED(n == 0 || i == last + 1);
                SAME(t.slot[i].lo, t.slot[i].hi);
                SAME(t.slot[i].state, LOCKET_SLOT_COLD);
                SAME(t.slot[i].access, LOCKET_NO_ACCESS);
                SAME(t.slot[i].hi - t.slot[i].bottom, 2 * t.range.page);
                slab = locket_place_slab(&a, i);
                SAME(slab->size_class, 1);
                SAME(slab->used, n + 1);
                SAME(t.slot[i].hi, slab->first + (size_t)n * slab->pitch + 2 * t.range.page);
                last = i;
        }
        SAME(a.slabs, 1);
        for (n = 20; n > 0; n--) {
                locket_place_undo(&a, last--);
        }
        SAME(a.slabs, 0);
        SAME(a.bin[1].slab, LOCKET_NONE);
        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                SAME(t.span[i].owner, 0);
        }
}

/* Slabs of one slot fill the range, then there is no more. */
CASE(whole_range)
{
        uint32_t slots[LOCKET_SPAN_COUNT];
        size_t n = 0;
        const uint32_t k = LOCKET_CLASS_COUNT - 1;

        begin();
        while ((slots[n] = locket_place_new(&a, k)) != LOCKET_NONE) {
                n += 1;
                SAME(a.slabs, n);
        }
        SAME(a.refusal, ENOMEM);
        SAME(n, LOCKET_SPAN_COUNT /
                        locket_slab_spans(&t.range, locket_size_capacity(k, t.range.page)));
        while (n > 0) {
                locket_place_cool(&a, slots[--n]); /* a slab of one slot goes */
                SAME(a.slabs, n);
        }
        NEED(locket_place_new(&a, k) != LOCKET_NONE);
}

/* What the tables say of a place is checked before it is given. */
CASE(damaged)
{
        uint32_t i;

        begin();
        i = locket_place_new(&a, 3);
        NEED(i != LOCKET_NONE);
        t.slot[i + 1].state = LOCKET_SLOT_LIVE; /* in use, it says: another slab */
        NEED(locket_place_new(&a, 3) >= t.range.span_slots);
        SAME(a.slabs, 2);
        a.bin[4].slab = LOCKET_SPAN_COUNT; /* no slab */
        NEED(locket_place_new(&a, 4) != LOCKET_NONE);
        SAME(a.slabs, 3);
        i = locket_place_new(&a, 5);
        locket_place_undo(&a, i); /* its record stays */
        t.slot[i].state = LOCKET_SLOT_LIVE;
        SAME(locket_place_new(&a, 5), LOCKET_NONE);
        SAME(a.refusal, ENOMEM);
}

/* A slab with a live slot stays whose it was, and nobody gets it. */
CASE(spoilt)
{
        uint32_t i;

        begin();
        i = locket_place_new(&a, 3);
        t.slot[i].state = LOCKET_SLOT_LIVE;
        locket_place_slab_drop(&a, 0);
        SAME(t.slot[i].state, LOCKET_SLOT_LIVE);
        SAME(t.span[0].owner, LOCKET_SPAN_SPOILT);
        SAME(a.bin[3].slab, LOCKET_NONE);
        SAME(a.slabs, 0);
        NEED(locket_place_new(&a, 3) >= t.range.span_slots);
}

/* Only the last slot is as if it had never been; others are cold. */
CASE(not_the_last)
{
        uint32_t first;
        uint32_t second;

        begin();
        first = locket_place_new(&a, 3);
        second = locket_place_new(&a, 3);
        locket_place_undo(&a, first);
        SAME(t.slot[first].state, LOCKET_SLOT_COLD);
        SAME(a.bin[3].cold.count, 1);
        SAME(locket_place_slab(&a, second)->used, 2);
        locket_place_cool(&a, second);
        SAME(a.bin[3].cold.count, 2);
        SAME(locket_place_sweep(&a), 1);
        SAME(a.bin[3].cold.count, 0);
        SAME(a.slabs, 0);
        SAME(t.slot[first].state, LOCKET_SLOT_VIRGIN);
        SAME(locket_place_sweep(&a), 0);
}

/* The protections that a policy does not want come back with the spans. */
CASE(advice)
{
        uint32_t i;

        begin();
        a.policy.undumped = LOCKET_OFF;
        a.policy.fork_safe = LOCKET_OFF;
        i = locket_place_new(&a, 0);
        NEED(!unit_flag(at(t.slot[i].hi), "dd") && !unit_flag(at(t.slot[i].hi), "wf"));
        NEED(unit_flag(at(t.range.span_bytes), "dd"));
        locket_place_undo(&a, i);
        NEED(unit_flag(at(t.range.page), "dd") && unit_flag(at(t.range.page), "wf"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(virgin_slots),
                cmocka_unit_test(whole_range),
                cmocka_unit_test(damaged),
                cmocka_unit_test(spoilt),
                cmocka_unit_test(not_the_last),
                cmocka_unit_test(advice),
        };

        return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
