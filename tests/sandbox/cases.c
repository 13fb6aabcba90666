/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * cases.c - what is done under each list of system calls.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>

#include "sandbox.h"

enum { CASE_ROOM = 64, CASE_CELLS = 300, CASE_THREADS = 4, CASE_ROUNDS = 2000 };

static struct locket_arena *case_arena, *case_compact;
static void *case_secret[CASE_CELLS];
static atomic_int case_there, case_go, case_done;

static struct locket_arena *
case_make(enum locket_layout layout, enum locket_freed freed)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        locket_policy_init(&policy);
        policy.layout = layout;
        policy.freed = freed;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        return arena;
}

static void
before_nothing(void)
{
}

/* Initialisation: the first secret. */
static void
before_start(void)
{
        locket_free(kernel_secret(NULL, 32));
}

static void
before_reserve(void)
{
        case_arena = case_make(LOCKET_GUARDED, LOCKET_FREED_CHECK);
        case_compact = case_make(LOCKET_COMPACT, LOCKET_FREED_CLOSE);
        CHECK(locket_arena_reserve(case_arena, CASE_ROOM, 1000) == 0);
        CHECK(locket_arena_reserve(case_compact, CASE_CELLS, 32) == 0);
}

/* Fill ${arena} up to what was reserved, use it and empty it, many times. */
static void
case_use(struct locket_arena *arena, size_t count, size_t size)
{
        struct locket_report report = { 0 };
        struct locket_stats stats = { 0 };
        size_t round, i;

        for (round = 0; round < 20; round++) {
                for (i = 0; i < count; i++) {
                        case_secret[i] = locket_arena_malloc(arena, size - i % 8);
                        CHECK(case_secret[i] != NULL);
                        (void)memset(case_secret[i], 0x5a, size - i % 8);
                        case_secret[i] = locket_realloc(case_secret[i], size - i % 8);
                        CHECK(case_secret[i] != NULL);
                }
                CHECK(locket_validate() == 0);
                CHECK(locket_inspect(case_secret[round], &report) == 0);
                CHECK(locket_stats(&stats) == 0);
                CHECK(stats.live_secrets == count);
                CHECK(locket_equal(case_secret[0], case_secret[8], size));
                locket_wipe(case_secret[1], 8);
                for (i = 0; i < count; i += 2)
                        locket_free_sized(case_secret[i], size - i % 8);
                for (i = 1; i < count; i += 2)
                        locket_free(case_secret[i]);
        }
}

static void
inside_nothing(void)
{
        case_use(case_arena, CASE_ROOM, 1000);
        case_use(case_compact, CASE_CELLS, 32);
}

/* One of these closes pages. */
static void
inside_close(void)
{
        locket_free(kernel_secret(NULL, 32));
}

/* New places, other sizes, access modes, moves; and more than is kept. */
static void
inside_grow(void)
{
        size_t i, size;

        for (i = 0; i < CASE_ROOM; i++) {
                size = 1 + i * 1111;
                case_secret[i] = kernel_secret(i % 2 ? NULL : case_compact, size);
                if (locket_protect(case_secret[i], LOCKET_READ_ONLY) == 0)
                        CHECK(locket_protect(case_secret[i], LOCKET_NO_ACCESS) == 0);
                case_secret[i] = locket_realloc(case_secret[i], 2 * size);
                CHECK(case_secret[i] != NULL);
        }
        CHECK(locket_validate() == 0);
        for (i = 0; i < CASE_ROOM; i++)
                locket_free(case_secret[i]);
}

static void
before_grow(void)
{
        before_start();
        case_compact = case_make(LOCKET_COMPACT, LOCKET_FREED_CLOSE);
}

static void *
case_thread(void *unused)
{
        size_t i;

        (void)unused;
        atomic_fetch_add(&case_there, 1);
        while (atomic_load(&case_go) == 0)
                continue;
        for (i = 0; i < CASE_ROUNDS; i++) {
                void *p = locket_malloc(i % 100 == 0 ? 300000 : 32);

                CHECK(p != NULL);
                (void)locket_validate();        /* waits for arenas that others hold */
                locket_free(p);
        }
        atomic_fetch_add(&case_done, 1);
        while (atomic_load(&case_go) == 1)
                continue;                       /* ending takes calls of its own */
        return NULL;
}

static void
before_threads(void)
{
        pthread_t thread;
        size_t i;

        before_start();
        for (i = 0; i < CASE_THREADS; i++)
                CHECK(pthread_create(&thread, NULL, case_thread, NULL) == 0);
        while (atomic_load(&case_there) != CASE_THREADS)
                continue;                       /* and so does beginning */
}

static void
inside_threads(void)
{
        atomic_store(&case_go, 1);
        while (atomic_load(&case_done) != CASE_THREADS)
                continue;
}

static void
inside_arena(void)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        locket_policy_init(&policy);
        policy.fork = LOCKET_FORK_OMIT;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        locket_free(kernel_secret(arena, 32));
        CHECK(locket_arena_destroy(arena) == 0);
        (void)case_make(LOCKET_COMPACT, LOCKET_FREED_CLOSE);
}

static void
before_wipe(void)
{
        case_secret[0] = kernel_secret(NULL, 5000);
        case_secret[1] = kernel_secret(NULL, 32);
        CHECK(locket_protect(case_secret[1], LOCKET_NO_ACCESS) == 0);
}

static void
inside_wipe(void)
{
        locket_wipe_all();
        CHECK(kernel_zero(case_secret[0], 5000));
}

static void
inside_budget(void)
{
        struct locket_budget budget = { 0 };

        CHECK(locket_budget(32, &budget) == 0);
        CHECK(budget.mappings_now > 10);
}

/* A lock limit that is soon used up. */
static void
before_limit(void)
{
        kernel_become_user((size_t)64 << 10);
        before_start();
}

static void
inside_limit(void)
{
        errno = 0;
        while (locket_malloc(32) != NULL)
                continue;
        CHECK_SAME(errno, EAGAIN);
}

static void
inside_violation(void)
{
        locket_free(case_secret[0]);
        locket_free(case_secret[0]);
}

static void
case_violated(enum locket_violation kind, const void *address)
{
        (void)kind;
        (void)address;
}

static void
inside_handler(void)
{
        CHECK(locket_on_violation(case_violated) == NULL);
        CHECK(locket_on_violation(NULL) == case_violated);
}

#ifndef SYS_mseal
#define SYS_mseal 462
#endif

#define CALL(name) { #name, SYS_##name }

const struct sandbox_case sandbox_cases[] = {
        { "start", "the first secret", before_nothing, before_start, 0, 0, 10,
          { CALL(gettid), CALL(mseal), CALL(mmap), CALL(munmap), CALL(munlock), CALL(madvise), CALL(mprotect), CALL(getrandom),
            CALL(mlock), CALL(mlock2) } },
        { "nothing", "after a reserve", before_reserve, inside_nothing, 0, 0, 0, { CALL(read) } },
        { "close", NULL, before_reserve, inside_close, SIGSYS, 0, 0, { CALL(read) } },
        { "grow", "getting, freeing, resizing, access modes", before_grow, inside_grow, 0, 0, 5,
          { CALL(mprotect), CALL(mlock), CALL(mlock2), CALL(munlock), CALL(madvise) } },
        { "threads", "the same, in several threads", before_threads, inside_threads, 0, 0, 9,
          { CALL(gettid), CALL(sched_getscheduler), CALL(futex), CALL(getrandom), CALL(mprotect), CALL(mlock), CALL(mlock2), CALL(munlock),
            CALL(madvise) } },
        { "limit", "when a lock is refused", before_limit, inside_limit, 0, 0, 9,
          { CALL(prlimit64), CALL(openat), CALL(read), CALL(close), CALL(mprotect), CALL(mlock),
            CALL(mlock2), CALL(munlock), CALL(madvise) } },
        { "limit_told", NULL, before_limit, inside_limit, 0, 1, 5,
          { CALL(mprotect), CALL(mlock), CALL(prlimit64), CALL(munlock), CALL(madvise) } },
        { "arena", "making and destroying an arena", before_start, inside_arena, 0, 0, 9,
          { CALL(mseal), CALL(mmap), CALL(munlock), CALL(getrandom), CALL(mprotect), CALL(mlock), CALL(mlock2),
            CALL(madvise), CALL(munmap) } },
        { "wipe", "wiping all, at exit too", before_wipe, inside_wipe, 0, 0, 4,
          { CALL(getpid), CALL(process_vm_readv), CALL(mprotect), CALL(futex) } },
        { "wipe_told", NULL, before_wipe, inside_wipe, 0, 1, 1, { CALL(mprotect) } },
        { "budget", "a budget", before_start, inside_budget, 0, 0, 9,
          { CALL(openat), CALL(read), CALL(close), CALL(prlimit64), CALL(mmap), CALL(munlock),
            CALL(madvise), CALL(mprotect), CALL(mseal) } },
        { "violation", "a violation", before_wipe, inside_violation, SIGABRT, 0, 6,
          { CALL(write), CALL(rt_sigprocmask), CALL(gettid), CALL(getpid), CALL(tgkill),
            CALL(mprotect) } },
        { "handler", "setting the violation handler", before_start, inside_handler, 0, 0, 3,
          { CALL(gettid), CALL(rt_sigprocmask), CALL(mprotect) } },
};

const size_t sandbox_count = sizeof sandbox_cases / sizeof sandbox_cases[0];
