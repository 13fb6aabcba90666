/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * busy.c - children of one thread while four others are in the middle of every
 * call: get, free, grow, protect, make arenas, take large places.
 *
 * The threads call nothing but locket: a child of clone(2) could not use what
 * else they might hold (stdio, malloc).
 */
#include "fork.h"

#include <pthread.h>

#include "heap.h"
#include "home.h"
#include "word.h"

enum { THREADS = 4, HELD = 6 };

static struct parent busy;
static uint32_t over;           /* 1: the threads shall end */
static uint32_t turns[THREADS];

/* One turn of a thread: ${seed} decides. */
static void turn(void **held, uint64_t *seed)
{
        size_t i;
        size_t size;
        struct locket_arena *a;

        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        i = (size_t)(*seed >> 33) % HELD;
        size = (size_t)(*seed >> 40) % 9000;
        switch ((*seed >> 60) % 8) {
        case 0:
        case 1:
                locket_free(held[i]);
                held[i] = locket_malloc(size);
                break;
        case 2:
        case 3:
                locket_free(held[i]);
                held[i] = locket_arena_malloc(busy.arena, size);
                break;
        case 4:
                held[i] = locket_realloc(held[i], size + 1);
                break;
        case 5:
                if (held[i] != NULL) {
                        (void)locket_protect(held[i], LOCKET_NO_ACCESS);
                        (void)locket_protect(held[i], LOCKET_READ_WRITE);
                }
                break;
        case 6:
                a = locket_arena_create(NULL);
                if (a != NULL) {
                        locket_free(locket_arena_malloc(a, size));
                        SAME(locket_arena_destroy(a), 0);
                }
                break;
        default:
                locket_free(locket_arena_malloc(busy.arena, 100000 + size));
                (void)locket_validate();
                break;
        }
}

static void *works(void *number)
{
        const size_t n = (size_t)(uintptr_t)number;
        void *held[HELD] = { NULL };
        uint64_t seed = n * 977 + 1;
        size_t i;

        while (locket_load(&over) == 0) {
                turn(held, &seed);
                locket_store(&turns[n], turns[n] + 1);
        }
        for (i = 0; i < HELD; i++) {
                locket_free(held[i]);
        }
        return NULL;
}

/* What a child must be able to do, whatever the threads were doing. */
static void child(void *argument)
{
        const struct parent *p = argument;
        unsigned char *q[12];
        int i;

        (void)alarm(60);
        fork_inherited(p, OPEN);
        if (p->how == HOW_FORK) { /* else a thread may be looking at it (validate) */
                fork_inherited(p, CLOSED);
        }
        for (i = 0; i < 12; i++) {
                const size_t size = (size_t)i * 900;

                q[i] = i % 2 == 0 ? locket_malloc(size) : locket_arena_malloc(p->arena, size);
                NEED(q[i] != NULL && unit_zero(q[i], size));
                NEED(size == 0 || unit_flag(q[i], "lo"));
                memset(q[i], 3, size);
        }
        fork_fresh(locket_malloc(77), 77, LOCKET_FORK_WIPE);
        fork_fresh(locket_arena_malloc(p->arena, 78), 78, p->fork);
        q[3] = locket_realloc(q[3], 20000);
        NEED(q[3] != NULL);
        for (i = 0; i < 12; i++) {
                locket_free(q[i]);
        }
        for (i = 0; i < SECRETS; i++) {
                locket_free(p->secret[i]);
        }
        locket_free(locket_arena_malloc(locket_arena_create(NULL), 10));
        SAME(locket_validate(), 0);
        if (p->how == HOW_FORK) {
                NEED(heap_broken(&locket_home_here()->tables, 0) == NULL);
        }
}

static void busy_run(enum locket_fork fork, enum how how)
{
        pthread_t thread[THREADS];
        uint32_t before[THREADS];
        size_t i;

        memset(&busy, 0, sizeof busy);
        busy.fork = fork;
        busy.how = how;
        over = 0;
        fork_parent(&busy);
        /* All in one arena, so that it is in the middle of a call at each fork. */
        locket_home_here()->whole[busy.arena->index] = 1;
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_create(&thread[i], NULL, works, (void *)(uintptr_t)i), 0);
        }
        for (i = 0; i < THREADS; i++) {
                while (locket_load(&turns[i]) == 0) {
                }
                before[i] = locket_load(&turns[i]);
        }
        for (i = 0; i < unit_count(150, 10); i++) {
                SAME(fork_run(how, child, &busy), 0);
        }
        locket_store(&over, 1);
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
                NEED(turns[i] > before[i]); /* it went on meanwhile */
        }
        fork_intact(&busy);
}

static void busy_test(enum locket_fork fork)
{
        busy_run(fork, HOW_FORK);
}

static void busy_raw_test(enum locket_fork fork)
{
        busy_run(fork, HOW_RAW);
}

const struct fork_test busy_tests[] = {
        { "busy", busy_test, 0 },
        { "busy_raw", busy_raw_test, 0 },
        { NULL, NULL, 0 },
};
