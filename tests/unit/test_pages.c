/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_pages.c - which pages of a slot are there: opened whole or not at all,
 * counted once, given back zero.
 */
#include "unit.h"

#include "os.h"
#include "pages.h"
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

CASE(fit_grows_and_shrinks)
{
        const size_t locked = unit_locked();
        size_t page;
        struct locket_slot *s;
        uint32_t i;
        size_t n;

        begin();
        page = t.range.page;
        i = locket_place_new(&a, 4);
        s = &t.slot[i];
        for (n = 0; n < 300; n++) {
                const size_t bytes = unit_below(17) * page;

                if (n % 5 == 4 && s->lo < s->hi) { /* from a closed slot too */
                        SAME(locket_os_close(t.range.base, s->lo, s->hi), 0);
                        s->access = LOCKET_NO_ACCESS;
                }
                if (bytes == 0) {
                        SAME(locket_pages_shrink(&a, i, s->hi), 0);
                        SAME(s->access, LOCKET_NO_ACCESS);
                } else {
                        SAME(locket_pages_fit(&a, i, s->hi - bytes), 0);
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
        size_t page;
        uint32_t i;

        begin();
        page = t.range.page;
        a.policy.capacity = 3 * page;
        i = locket_place_new(&a, 4);
        s = &t.slot[i];
        SAME(locket_pages_fit(&a, i, s->hi - 4 * page), EDQUOT);
        pages_are(s, 0);
        SAME(locket_pages_fit(&a, i, s->hi - 3 * page), 0);
        i = locket_place_new(&a, 4);
        s = &t.slot[i];
        SAME(locket_pages_fit(&a, i, s->hi - page), EDQUOT);
        pages_are(s, 0);
        SAME(a.open_bytes, 3 * page);
        a.policy.capacity = 4 * page - 1;
        SAME(locket_pages_fit(&a, i, s->hi - page), EDQUOT);
        a.policy.capacity = 4 * page;
        SAME(locket_pages_fit(&a, i, s->hi - page), 0);
        a.policy.capacity = SIZE_MAX;
        SAME(locket_pages_fit(&a, i, s->hi - 2 * page), 0);
}

static void at_limit(void *unused)
{
        struct locket_slot *s;
        size_t page;
        uint32_t i;

        (void)unused;
        begin();
        page = t.range.page;
        NEED(unit_become_user(3 * page));
        i = locket_place_new(&a, 4);
        s = &t.slot[i];
        SAME(locket_pages_fit(&a, i, s->hi - 2 * page), 0);
        SAME(locket_pages_fit(&a, i, s->hi - 4 * page), EAGAIN);
        pages_are(s, 2 * page);
        SAME(unit_locked(), 2 * page);
        SAME(a.locked_bytes, 2 * page);
        SAME(a.open_bytes, 2 * page);
        a.policy.locked = LOCKET_PREFER;
        SAME(locket_pages_fit(&a, i, s->hi - 4 * page), EAGAIN); /* all are locked, or none */
        pages_are(s, 2 * page);
        SAME(locket_pages_shrink(&a, i, s->hi), 0);
        SAME(locket_pages_fit(&a, i, s->hi - 4 * page), 0);
        SAME(s->lock_error, EAGAIN);
        SAME(s->hi - s->lo, 4 * page);
        SAME(a.open_bytes, 4 * page);
        SAME(a.locked_bytes, 0);
        SAME(locket_pages_shrink(&a, i, s->hi), 0);
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
        size_t page;
        size_t k;
        uint32_t i;

        begin();
        page = t.range.page;
        i = locket_place_new(&a, 1);
        s = &t.slot[i];
        SAME(locket_pages_fit(&a, i, s->hi - 2 * page), 0);
        s->user = s->hi - 64;
        SAME(locket_pages_written(&a, i), 0);
        for (k = s->lo; k < s->hi; k += unit_count(1, 97)) {
                t.range.base[k] = 1;
                SAME(locket_pages_written(&a, i), 1);
                NEED(t.range.base[k] == 0);
                SAME(a.found, 1);
                SAME(a.kind, LOCKET_WRITE_AFTER_FREE);
                SAME(a.at, t.range.address + s->user);
                a.found = 0;
        }
        t.range.base[s->lo + 5] = 1;
        SAME(locket_pages_shrink(&a, i, s->hi), 0);
        SAME(a.found, 1);
        NEED(unit_zero(at(s->hi - 2 * page), 2 * page));
}

CASE(renounce)
{
        struct locket_slot *s;
        uint32_t i;

        begin();
        i = locket_place_new(&a, 1);
        s = &t.slot[i];
        SAME(locket_pages_fit(&a, i, s->hi - t.range.page), 0);
        t.epoch += 1;
        SAME(locket_arena_stale(&t, i), 1);
        SAME(locket_os_unlock(t.range.base, s->lo, s->hi), 0); /* as in a child */
        locket_pages_renounce(&a, i);
        SAME(locket_arena_stale(&t, i), 0);
        pages_are(s, 0);
        SAME(s->access, LOCKET_NO_ACCESS);
        NEED(strcmp(unit_access(at(s->hi - 1)), "---p") == 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(fit_grows_and_shrinks),
                cmocka_unit_test(cap),
                cmocka_unit_test(lock_limit),
                cmocka_unit_test(written),
                cmocka_unit_test(renounce),
        };

        return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
