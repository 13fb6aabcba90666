/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * both.c - what holds of secret memory and of files as of anonymous memory.
 */
#include "backing.h"

/* Pages that are shown as such, locked, not dumped, in no child; between guards
 * that are none; and no descriptor is left. */
BOTH(shown)
{
        const size_t page = unit_page();
        const size_t fds = descriptors();
        struct locket_arena *arena = arena_of(backing);
        const size_t locked = unit_locked();
        unsigned char *p = locket_arena_malloc(arena, 3 * page - 100);
        struct locket_report report;

        NEED(p != NULL && count(p, 3 * page - 100, 0) == 3 * page - 100);
        memset(p, 0xa5, 3 * page - 100);
        SAME(descriptors(), fds);
        SAME(unit_locked(), locked + 3 * page);
        NEED(mapped_as(p, backing == LOCKET_FILE ? directory : "secretmem"));
        NEED(mapped_as(p, "(deleted)"));
        NEED(strcmp(unit_access(p), "rw-s") == 0);
        NEED(unit_flag(p, "lo") && unit_flag(p, "dd") && unit_flag(p, "dc"));
        SAME(smaps_number(p, "Size"), 3 * page / 1024);
        NEED(strcmp(unit_access(p + 3 * page), "---p") == 0 && unit_faults(p + 3 * page, 0));
        NEED(strcmp(unit_access(p - page), "---p") == 0);
        memset(&report, 0, sizeof report);
        SAME(locket_inspect(p, &report), 0);
        SAME(report.backing, backing);
        SAME(report.lost, 0);
        NEED(report.locked.in_force && report.undumped.in_force && report.fork_safe.in_force &&
             report.unmerged.in_force && report.guarded.in_force);
        locket_free(p);
        NEED(unit_faults(p, 0) && unit_flag(p, "lo")); /* closed, kept */
        SAME(locket_arena_destroy(arena), 0);
        SAME(unit_locked(), locked);
        SAME(descriptors(), fds);
}

/* All that was made is given back, and the place is as it was. */
BOTH(given_back)
{
        static unsigned char *p[300];
        struct locket_arena *arena = arena_of(backing);
        const size_t locked = unit_locked();
        size_t mappings = unit_mappings();
        int round;
        size_t i;

        for (round = 0; round < 3; round++) {
                for (i = 0; i < 300; i++) {
                        const size_t size = i % 50 == 0 ? 40000 : 1 + 37 * i;

                        p[i] = locket_arena_malloc(arena, size);
                        NEED(p[i] != NULL && locket_size(p[i]) == size);
                        NEED(p[i][0] == 0 && p[i][size - 1] == 0);
                        memset(p[i], 0x5a, size);
                }
                for (i = 0; i < 300; i += 2) {
                        locket_free(p[i]);
                        p[i] = locket_arena_malloc(arena, 10);
                        NEED(p[i] != NULL);
                }
                SAME(locket_validate(), 0);
                for (i = 0; i < 300; i++) {
                        locket_free(p[i]);
                }
                SAME(locket_arena_destroy(arena), 0);
                NEED(strcmp(unit_access(p[1]), "---p") == 0 && !mapped_as(p[1], "(deleted)"));
                NEED(unit_flag(p[1], "dd") && unit_flag(p[1], "wf") && !unit_flag(p[1], "dc"));
                NEED(!unit_flag(p[1], "lo"));
                SAME(unit_locked(), locked);
                NEED(unit_mappings() < mappings + 10 + UNIT_SLACK);
                if (round == 0) {
                        mappings = unit_mappings(); /* with more of the tables */
                }
                NEED(unit_mappings() <= mappings + UNIT_SLACK);
                arena = arena_of(backing);
        }
}

/* A place whose pages were given back, beside secrets that live, is as those are
 * that never had any: not dumped, in no child, and no mapping of its own. */
BOTH(emptied)
{
        const size_t size = 600000; /* so much is not kept for long */
        struct locket_arena *arena = arena_of(backing);
        unsigned char *p[24];
        size_t mappings = 0;
        int gone = 0;
        int k;

        for (k = 0; k < 24; k++) {
                p[k] = locket_arena_malloc(arena, size);
                NEED(p[k] != NULL);
                memset(p[k], 0x44, size);
        }
        mappings = unit_mappings();
        for (k = 1; k < 23; k++) {
                locket_free(p[k]);
        }
        for (k = 1; k < 23; k++) {
                const unsigned char *end = p[k] + size - 1;

                if (!mapped_as(end, "(deleted)")) {
                        gone++;
                        NEED(strcmp(unit_access(end), "---p") == 0 && !unit_flag(end, "lo"));
                        NEED(unit_flag(end, "dd") && unit_flag(end, "wf") && unit_flag(end, "dc"));
                }
        }
        NEED(gone > 10);
        NEED(unit_mappings() + 15 < mappings + UNIT_SLACK); /* joined with their guards */
        SAME(count(p[0], size, 0x44) + count(p[23], size, 0x44), 2 * size);
        locket_free(p[0]);
        locket_free(p[23]);
        SAME(locket_arena_destroy(arena), 0);
}

/* Pages of a place are given back together: one that is used again keeps more than
 * the secret needs, zero and locked, and the secret ends at its guard all the same. */
BOTH(parts)
{
        const size_t page = unit_page();
        const size_t locked = unit_locked();
        struct locket_policy policy;
        struct locket_arena *arena;
        unsigned char *p;
        unsigned char *q;

        policy_of(backing, &policy);
        policy.quarantine = 0;
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        p = locket_arena_aligned_alloc(arena, 1, 8 * page - 100);
        NEED(p != NULL);
        memset(p, 0x66, 8 * page - 100);
        locket_free(p);
        q = locket_arena_aligned_alloc(arena, 1, 5 * page - 100);
        NEED(q != NULL && q == p + 3 * page);
        SAME(count(q - 3 * page, 3 * page - 100, 0), 3 * page - 100);
        SAME(unit_locked(), locked + 8 * page);
        NEED(unit_faults(q + 5 * page - 100, 0));
        memset(q, 0x66, 5 * page - 100);
        q[-3 * (long)page] = 1; /* slack is checked, all of it */
        SAME(locket_validate(), 1);
        q[-3 * (long)page] = 0;
        SAME(locket_validate(), 0);
        locket_free(q);
        SAME(locket_arena_destroy(arena), 0);
        SAME(unit_locked(), locked);
}

/* The bytes are kept where a secret moves, and are gone where it was. */
BOTH(resized)
{
        const size_t page = unit_page();
        struct locket_arena *arena = arena_of(backing);
        unsigned char *p = locket_arena_malloc(arena, 100);
        unsigned char *q;
        size_t size;
        size_t k;

        NEED(p != NULL);
        memset(p, 0x33, 100);
        for (size = 100; size < 40 * page; size = size * 5 / 3) {
                q = locket_realloc(p, size);
                NEED(q != NULL);
                for (k = 0; k < 100; k++) {
                        SAME(q[k], 0x33);
                }
                SAME(count(q, size, 0), size - 100);
                p = q;
        }
        for (; size >= 100; size = size * 3 / 5) {
                q = locket_realloc(p, size);
                NEED(q != NULL && count(q, size, 0x33) == 100);
                p = q;
        }
        SAME(locket_protect(p, LOCKET_READ_ONLY), 0);
        NEED(unit_faults(p, 1) && p[0] == 0x33);
        SAME(locket_protect(p, LOCKET_NO_ACCESS), 0);
        NEED(unit_faults(p, 0));
        locket_free(p);
        SAME(locket_arena_destroy(arena), 0);
}

/* Every secret is zero, whatever its access, and stays what it is. */
BOTH(wiped)
{
        struct locket_arena *arena = arena_of(backing);
        unsigned char *p[3];
        int k;

        for (k = 0; k < 3; k++) {
                p[k] = locket_arena_malloc(arena, 20000);
                NEED(p[k] != NULL);
                memset(p[k], 0x77, 20000);
                SAME(locket_protect(p[k], (enum locket_access)k), 0);
        }
        locket_wipe_all();
        for (k = 0; k < 3; k++) {
                NEED(unit_faults(p[k], 1) == (k != LOCKET_READ_WRITE));
                SAME(locket_protect(p[k], LOCKET_READ_WRITE), 0);
                SAME(count(p[k], 20000, 0), 20000);
        }
        SAME(locket_validate(), 0);
        for (k = 0; k < 3; k++) {
                locket_free(p[k]);
        }
        SAME(locket_arena_destroy(arena), 0);
}

int both_tests(void)
{
        const struct CMUnitTest tests[] = {
                TESTS(shown), TESTS(given_back), TESTS(emptied), TESTS(parts), TESTS(resized), TESTS(wiped),
        };

        return cmocka_run_group_tests_name("both", tests, NULL, NULL);
}
