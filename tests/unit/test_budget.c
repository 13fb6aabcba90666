/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_budget.c - the figures of a budget against /proc, and the count going
 * down by one with each secret.  tests/budget has every limit and user.
 */
#include "unit.h"

#include "locket.h"

static struct locket_budget budget(size_t size)
{
        struct locket_budget b = { 0 };

        SAME(locket_budget(size, &b), 0);
        SAME(b.struct_size, sizeof b);
        return b;
}

CASE(budget_is_of_the_kernel)
{
        struct locket_budget b = budget(32);

        SAME(b.page_size, unit_page());
        SAME(b.locked_now, unit_locked());
        NEED(b.compact_room > 64 * b.guarded_room); /* 85 to a page, no mapping each */
        NEED(b.mapping_limit > 1000);
        NEED(b.mappings_now + 2 + UNIT_SLACK >= unit_mappings() &&
             b.mappings_now <= unit_mappings() + 2);
        if (getuid() == 0) {
                SAME(b.lock_limit, SIZE_MAX);
        }
        NEED(locket_malloc(10) != NULL);
        SAME(budget(32).locked_now, unit_locked());
        SAME(budget(LOCKET_MAX_SIZE + 1).guarded_room, 0);
        SAME(budget(SIZE_MAX).guarded_room, 0);
        NEED(budget(LOCKET_MAX_SIZE).guarded_room < 64);
}

/* As many as the budget says can be had, and no more. */
static void as_many_as_said(void *pages_of_limit)
{
        const size_t limit = *(size_t *)pages_of_limit * unit_page();
        size_t room;
        size_t n = 0;
        void *p[8];
        size_t i;

        NEED(unit_become_user(limit));
        for (i = 0; i < 8; i++) {
                p[i] = locket_malloc(100);
                NEED(p[i] != NULL);
        }
        for (i = 0; i < 8; i += 2) {
                locket_free(p[i]); /* kept, and yet room */
        }
        SAME(budget(100).lock_limit, limit);
        room = budget(100).guarded_room;
        while (locket_malloc(100) != NULL) {
                n += 1;
                NEED(n <= room);
                SAME(budget(100).guarded_room, room - n);
        }
        SAME(errno, EAGAIN);
        SAME(n, room);
        SAME(n, limit / unit_page() - 4);
        SAME(budget(100).guarded_room, 0);
        SAME(unit_locked(), limit);
}

CASE(room)
{
        size_t pages;

        for (pages = 8; pages < 60; pages += 17) {
                NEED(unit_ends(as_many_as_said, &pages));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(budget_is_of_the_kernel),
                cmocka_unit_test(room),
        };

        return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
