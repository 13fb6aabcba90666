/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * both.c - what holds of secret memory and of files as of anonymous memory.
 */
#include "backing.h"

#include <pthread.h>

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

struct family {
        struct locket_arena *arena;
        unsigned char *p, *q, *mine;
        enum locket_backing backing;
};

static void child(void *argument)
{
        struct family *f = argument;
        struct locket_report report;
        unsigned char *r;

        NEED(unit_access(f->p)[0] != 'r'); /* nothing, or no access */
        memset(&report, 0, sizeof report);
        SAME(locket_inspect(f->p, &report), 0);
        SAME(report.lost, 1);
        SAME(report.locked.in_force, 0);
        SAME(report.backing, f->backing);
        SAME(locket_protect(f->p, LOCKET_READ_WRITE), 0);
        SAME(count(f->p, 5000, 0), 5000);
        memset(f->p, 0xee, 5000); /* not the parent's page */
        locket_wipe_all();
        locket_free(f->p);
        r = locket_arena_malloc(f->arena, 5000);
        NEED(r != NULL && count(r, 5000, 0) == 5000);
        NEED(unit_flag(r, "lo") && unit_flag(r, "dc") && mapped_as(r, "(deleted)"));
        f->q = locket_realloc(f->q, 9000); /* it was lost: zero */
        NEED(f->q != NULL && count(f->q, 9000, 0) == 9000);
        NEED(locket_arena_destroy(f->arena) == -1);
        SAME(errno, EBUSY);
        locket_free(f->q);
        locket_free(f->mine);
        locket_free(r);
        SAME(locket_arena_destroy(f->arena), 0);
}

static void grandchild(void *argument)
{
        struct family *f = argument;

        f->mine = locket_arena_malloc(f->arena, 100);
        NEED(f->mine != NULL);
        memset(f->mine, 1, 100);
        NEED(unit_ends(child, argument));
        SAME(count(f->mine, 100, 1), 100);
        child(argument);
}

/* A child has none of it, has its own, and changes nothing in its parent. */
BOTH(forked)
{
        struct family f;

        memset(&f, 0, sizeof f);
        f.backing = backing;
        f.arena = arena_of(backing);
        f.p = locket_arena_malloc(f.arena, 5000);
        f.q = locket_arena_malloc(f.arena, 64);
        NEED(f.p != NULL && f.q != NULL);
        memset(f.p, 0x11, 5000);
        memset(f.q, 0x22, 64);
        NEED(unit_ends(child, &f));
        SAME(unit_raw_child(child, &f), 0);
        NEED(unit_ends(grandchild, &f));
        SAME(count(f.p, 5000, 0x11), 5000);
        SAME(count(f.q, 64, 0x22), 64);
        SAME(locket_validate(), 0);
        locket_free(f.p);
        locket_free(f.q);
        SAME(locket_arena_destroy(f.arena), 0);
}

static int stop;

static void *busy(void *argument)
{
        struct locket_arena *arena = argument;
        size_t n = 1;

        while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
                unsigned char *p = locket_arena_malloc(arena, n * 997 % 20000);

                NEED(p != NULL);
                p = locket_realloc(p, n * 499 % 20000 + 1);
                NEED(p != NULL);
                locket_free(p);
                n++;
        }
        return NULL;
}

static void born(void *argument)
{
        const struct family *f = argument;
        int k;

        alarm(20);
        for (k = 0; k < 20; k++) {
                unsigned char *p = locket_arena_malloc(f->arena, 3000);

                NEED(p != NULL && count(p, 3000, 0) == 3000);
                memset(p, k, 3000);
                locket_free(p);
        }
        locket_free(f->p);
}

/* Children of a process whose threads are in the middle of calls. */
BOTH(forked_among_threads)
{
        const int children = unit_light() ? 5 : 60;
        pthread_t thread[4];
        struct family f;
        int k;

        stop = 0;
        f.arena = arena_of(backing);
        f.p = locket_arena_malloc(f.arena, 5000);
        NEED(f.p != NULL);
        memset(f.p, 0x11, 5000);
        for (k = 0; k < 4; k++) {
                NEED(pthread_create(&thread[k], NULL, busy, f.arena) == 0);
        }
        for (k = 0; k < children; k++) {
                NEED(unit_ends(born, &f));
                SAME(count(f.p, 5000, 0x11), 5000);
        }
        __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
        for (k = 0; k < 4; k++) {
                NEED(pthread_join(thread[k], NULL) == 0);
        }
        locket_free(f.p);
        SAME(locket_arena_destroy(f.arena), 0);
}

int both_tests(void)
{
        const struct CMUnitTest tests[] = {
                TESTS(shown), TESTS(given_back), TESTS(resized), TESTS(wiped), TESTS(forked),
                TESTS(forked_among_threads),
        };

        return cmocka_run_group_tests_name("both", tests, NULL, NULL);
}
