/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * forks.c - what a child has of secret memory and files: nothing, and room for
 * its own.
 */
#include "backing.h"

#include <pthread.h>

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

int fork_tests(void)
{
        const struct CMUnitTest tests[] = {
                TESTS(forked), TESTS(forked_among_threads),
        };

        return cmocka_run_group_tests_name("forks", tests, NULL, NULL);
}
