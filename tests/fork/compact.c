/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * compact.c - children of a compact arena, which may be in the middle of a call of
 * four other threads: inherited cells are lost, and can be looked at and freed; new
 * ones are there at once, locked; nothing is left behind in the parent.
 */
#include "fork.h"

#include <pthread.h>

#include "heap.h"
#include "home.h"
#include "word.h"

enum { THREADS = 4, HELD = 8, CELLS = 40 };

static struct locket_arena *arena;
static unsigned char *cell[CELLS];
static enum how made;
static uint32_t over;
static uint32_t turns[THREADS];

static struct locket_policy compact_policy(enum locket_fork fork)
{
        struct locket_policy policy;

        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        policy.fork = fork;
        policy.quarantine = 2;
        return policy;
}

/* Sizes of several classes, and some that have pages of their own. */
static size_t size_of(size_t i)
{
        return i % 8 == 7 ? 3000 : 10 + i * 37 % 900;
}

static void *works(void *number)
{
        const size_t n = (size_t)(uintptr_t)number;
        void *held[HELD] = { NULL };
        uint64_t seed = n * 977 + 1;
        size_t i;

        while (locket_load(&over) == 0) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                i = (size_t)(seed >> 33) % HELD;
                if (seed >> 63 != 0 && held[i] != NULL) {
                        held[i] = locket_realloc(held[i], size_of((size_t)(seed >> 40) % 64));
                        NEED(held[i] != NULL);
                } else {
                        locket_free(held[i]);
                        held[i] = locket_arena_malloc(arena, size_of((size_t)(seed >> 40) % 64));
                }
                locket_store(&turns[n], turns[n] + 1);
        }
        for (i = 0; i < HELD; i++) {
                locket_free(held[i]);
        }
        return NULL;
}

static void child(void *unused)
{
        unsigned char *q[CELLS];
        struct locket_report r = { 0 };
        size_t i;

        (void)unused;
        (void)alarm(60);
        for (i = 0; i < CELLS; i++) {
                SAME(locket_size(cell[i]), size_of(i));
                SAME(locket_inspect(cell[i], &r), 0);
                SAME(r.lost, 1);
                SAME(r.locked.in_force, 0);
                NEED(unit_zero(cell[i], size_of(i)) && !unit_flag(cell[i], "lo"));
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < CELLS; i++) {
                q[i] = locket_arena_malloc(arena, size_of(i));
                NEED(q[i] != NULL && unit_zero(q[i], size_of(i)) && unit_flag(q[i], "lo"));
                memset(q[i], 5, size_of(i));
        }
        for (i = 0; i < CELLS; i++) {
                cell[i] = locket_realloc(cell[i], size_of(i) + 200);
                NEED(cell[i] != NULL && unit_flag(cell[i], "lo"));
                locket_free(cell[i]);
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < CELLS; i++) {
                SAME(unit_bytes(q[i], size_of(i), 5), size_of(i));
                locket_free(q[i]);
        }
        if (made == HOW_FORK) {
                NEED(heap_broken(&locket_home_here()->tables, 0) == NULL);
        }
}

static void busy(enum how how)
{
        const struct locket_policy policy = compact_policy(LOCKET_FORK_WIPE);
        const size_t descriptors = fork_descriptors();
        pthread_t thread[THREADS];
        size_t locked;
        size_t i;

        made = how;
        locket_free(locket_malloc(1));
        locked = unit_locked();
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        locket_home_here()->whole[arena->index] = 1; /* so that it is in the middle of a call */
        for (i = 0; i < CELLS; i++) {
                cell[i] = locket_arena_malloc(arena, size_of(i));
                NEED(cell[i] != NULL);
                memset(cell[i], FORK_PATTERN, size_of(i));
        }
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_create(&thread[i], NULL, works, (void *)(uintptr_t)i), 0);
        }
        for (i = 0; i < THREADS; i++) {
                while (locket_load(&turns[i]) == 0) {
                }
        }
        for (i = 0; i < unit_count(100, 10); i++) {
                SAME(fork_run(how, child, NULL), 0);
        }
        locket_store(&over, 1);
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
        for (i = 0; i < CELLS; i++) {
                SAME(unit_bytes(cell[i], size_of(i), FORK_PATTERN), size_of(i));
                NEED(unit_flag(cell[i], "lo"));
                locket_free(cell[i]);
        }
        SAME(locket_validate(), 0);
        SAME(locket_arena_destroy(arena), 0);
        SAME(unit_locked(), locked);
        SAME(fork_descriptors(), descriptors);
}

static void compact_busy(enum locket_fork unused)
{
        (void)unused;
        busy(HOW_FORK);
}

static void compact_busy_raw(enum locket_fork unused)
{
        (void)unused;
        busy(HOW_RAW);
}

/* What a compact arena does not have. */
static void compact_refused(enum locket_fork unused)
{
        enum locket_fork fork;

        (void)unused;
        for (fork = LOCKET_FORK_OMIT; fork <= LOCKET_FORK_KEEP; fork++) {
                const struct locket_policy policy = compact_policy(fork);

                errno = 0;
                NEED(locket_arena_create(&policy) == NULL && errno == ENOTSUP);
        }
}

const struct fork_test compact_tests[] = {
        { "compact_busy", compact_busy, 1 },
        { "compact_busy_raw", compact_busy_raw, 1 },
        { "compact_refused", compact_refused, 1 },
        { NULL, NULL, 0 },
};
