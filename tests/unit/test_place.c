/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_place.c - where slots are and which of their pages are there: opened
 * whole or not at all, counted once, given back zero.
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

/* The open and locked pages of ${s} are lo .. hi of its slot, and no others. */
static void pages_are(const struct locket_slot *s, size_t bytes)
{
        const size_t page = t.range.page;

        SAME(s->hi - s->lo, bytes);
        NEED(strcmp(unit_access(at(s->hi)), "---p") == 0);
        NEED(strcmp(unit_access(at(s->lo - 1)), "---p") == 0);
        if (bytes != 0) {
                NEED(strcmp(unit_access(at(s->lo)), "rw-p") == 0);
                NEED(strcmp(unit_access(at(s->hi - 1)), "rw-p") == 0);
                NEED(unit_flag(at(s->lo), "lo"));
        }
        SAME(bytes % page, 0);
}

CASE(virgin_slots)
{
        struct locket_slab *slab;
        uint32_t last = LOCKET_NONE;
        uint32_t i;
        int error = 99;
        int n;

        begin();
        for (n = 0; n < 20; n++) {
                i = locket_place_new(&a, 1, &error);
                NEED(i < t.slot_count);
                NEED(n == 0 || i == last + 1);
                SAME(t.slot[i].lo, t.slot[i].hi);
                SAME(t.slot[i].state, LOCKET_SLOT_COLD);
                SAME(t.slot[i].access, LOCKET_NO_ACCESS);
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
        int error = 0;
        uint32_t slots[LOCKET_SPAN_COUNT];
        size_t n = 0;
        const uint32_t k = LOCKET_CLASS_COUNT - 1;

        begin();
        while ((slots[n] = locket_place_new(&a, k, &error)) != LOCKET_NONE) {
                n += 1;
                SAME(a.slabs, n);
        }
        SAME(error, ENOMEM);
        SAME(n, LOCKET_SPAN_COUNT /
                        locket_slab_spans(&t.range, locket_size_capacity(k, t.range.page)));
        while (n > 0) {
                locket_place_cool(&a, slots[--n]); /* a slab of one slot goes */
                SAME(a.slabs, n);
        }
        NEED(locket_place_new(&a, k, &error) != LOCKET_NONE);
}

CASE(fit_grows_and_shrinks)
{
        const size_t locked = unit_locked();
        size_t page;
        struct locket_slot *s;
        uint32_t i;
        int error = 0;
        size_t n;

        begin();
        page = t.range.page;
        i = locket_place_new(&a, 4, &error);
        s = &t.slot[i];
        for (n = 0; n < 300; n++) {
                const size_t bytes = unit_below(17) * page;

                if (n % 5 == 4 && s->lo < s->hi) { /* from a closed slot too */
                        SAME(locket_os_close(t.range.base, s->lo, s->hi), 0);
                        s->access = LOCKET_NO_ACCESS;
                }
                if (bytes == 0) {
                        SAME(locket_place_shrink(&a, (uint32_t)(s - t.slot), s->hi), 0);
                        SAME(s->access, LOCKET_NO_ACCESS);
                } else {
                        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - bytes), 0);
                        SAME(s->access, LOCKET_READ_WRITE);
                }
                pages_are(s, bytes);
                SAME(a.open_bytes, bytes);
                SAME(a.locked_bytes, bytes);
                SAME(unit_locked(), locked + bytes);
                NEED(bytes == 0 || unit_zero(at(s->lo), bytes));
                NEED(a.peak_locked >= bytes);
        }
        SAME(a.found, 0);
}

CASE(cap)
{
        struct locket_slot *s;
        int error = 0;
        size_t page;

        begin();
        page = t.range.page;
        a.policy.capacity = 3 * page;
        s = &t.slot[locket_place_new(&a, 4, &error)];
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - 4 * page), EDQUOT);
        pages_are(s, 0);
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - 3 * page), 0);
        s = &t.slot[locket_place_new(&a, 4, &error)];
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - page), EDQUOT);
        pages_are(s, 0);
        SAME(a.open_bytes, 3 * page);
        a.policy.capacity = 4 * page - 1;
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - page), EDQUOT);
        a.policy.capacity = 4 * page;
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - page), 0);
        a.policy.capacity = SIZE_MAX;
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - 2 * page), 0);
}

static void at_limit(void *unused)
{
        struct locket_slot *s;
        int error = 0;
        size_t page;

        (void)unused;
        begin();
        page = t.range.page;
        NEED(unit_become_user(3 * page));
        s = &t.slot[locket_place_new(&a, 4, &error)];
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - 2 * page), 0);
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - 4 * page), EAGAIN);
        pages_are(s, 2 * page);
        SAME(unit_locked(), 2 * page);
        SAME(a.locked_bytes, 2 * page);
        SAME(a.open_bytes, 2 * page);
        a.policy.locked = LOCKET_PREFER;
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - 4 * page), 0);
        SAME(s->lock_error, EAGAIN);
        SAME(s->hi - s->lo, 4 * page);
        SAME(a.open_bytes, 4 * page);
        SAME(locket_place_shrink(&a, (uint32_t)(s - t.slot), s->hi), 0);
        SAME(s->lock_error, 0);
        SAME(a.open_bytes, 0);
        SAME(a.locked_bytes, 0);
        SAME(unit_locked(), 0);
}

CASE(lock_limit)
{
        NEED(unit_ends(at_limit, NULL));
}

/* A late write is found, remembered and gone before pages are given back. */
CASE(written)
{
        struct locket_slot *s;
        int error = 0;
        size_t page;
        size_t i;

        begin();
        page = t.range.page;
        s = &t.slot[locket_place_new(&a, 1, &error)];
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - 2 * page), 0);
        s->user = s->hi - 64;
        SAME(locket_place_written(&a, s), 0);
        for (i = s->lo; i < s->hi; i += unit_count(1, 97)) {
                t.range.base[i] = 1;
                SAME(locket_place_written(&a, s), 1);
                NEED(t.range.base[i] == 0);
                SAME(a.found, 1);
                SAME(a.kind, LOCKET_WRITE_AFTER_FREE);
                SAME(a.at, t.range.address + s->user);
                a.found = 0;
        }
        t.range.base[s->lo + 5] = 1;
        SAME(locket_place_shrink(&a, (uint32_t)(s - t.slot), s->hi), 0);
        SAME(a.found, 1);
        NEED(unit_zero(at(s->hi - 2 * page), 2 * page));
}

CASE(renounce)
{
        struct locket_slot *s;
        int error = 0;

        begin();
        s = &t.slot[locket_place_new(&a, 1, &error)];
        SAME(locket_place_fit(&a, (uint32_t)(s - t.slot), s->hi - t.range.page), 0);
        t.epoch += 1;
        SAME(locket_arena_stale(&a, s), 1);
        SAME(locket_os_unlock(t.range.base, s->lo, s->hi), 0); /* as in a child */
        locket_place_renounce(&a, s);
        SAME(locket_arena_stale(&a, s), 0);
        pages_are(s, 0);
        SAME(s->access, LOCKET_NO_ACCESS);
        NEED(strcmp(unit_access(at(s->hi - 1)), "---p") == 0);
}

/* The protections that a policy does not want come back with the spans. */
CASE(advice)
{
        uint32_t i;
        int error = 0;

        begin();
        a.policy.undumped = LOCKET_OFF;
        a.policy.fork_safe = LOCKET_OFF;
        i = locket_place_new(&a, 0, &error);
        NEED(!unit_flag(at(t.slot[i].hi), "dd") && !unit_flag(at(t.slot[i].hi), "wf"));
        NEED(unit_flag(at(t.range.span_bytes), "dd"));
        locket_place_undo(&a, i);
        NEED(unit_flag(at(t.range.page), "dd") && unit_flag(at(t.range.page), "wf"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(virgin_slots), cmocka_unit_test(whole_range),
                cmocka_unit_test(fit_grows_and_shrinks),
                cmocka_unit_test(cap),          cmocka_unit_test(lock_limit),
                cmocka_unit_test(written),      cmocka_unit_test(renounce),
                cmocka_unit_test(advice),
        };

        return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
