/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * edges.c - scenarios: where limits end, and limits other than that of locks.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "budget.h"

static const size_t edge_kib = 1024;

/* No locking at all: EPERM, for every way to get a secret. */
void
edge_limit_none(void)
{
        static const enum locket_layout layouts[] = { LOCKET_GUARDED, LOCKET_COMPACT };
        struct locket_arena *arena;
        size_t i;

        budget_become(BUDGET_USER, 0);
        CHECK_SAME(budget_ask(32).lock_limit, 0);
        CHECK_SAME(budget_ask(32).guarded_room + budget_ask(32).compact_room, 0);
        CHECK_SAME(budget_compare(LOCKET_GUARDED, 32, EPERM), 0);
        CHECK_SAME(budget_compare(LOCKET_COMPACT, 32, EPERM), 0);
        for (i = 0; i < 2; i++) {
                arena = budget_arena(layouts[i]);
                errno = 0;
                CHECK(locket_arena_malloc(arena, 5000) == NULL);
                CHECK_SAME(errno, EPERM);
                CHECK(locket_arena_reserve(arena, 1, 32) == -1);
                CHECK_SAME(errno, EPERM);
                CHECK(locket_arena_destroy(arena) == 0);
        }
        CHECK_SAME(smaps_status("VmLck"), 0);
}

/* The capability counts, not the limit. */
void
edge_limit_none_capable(void)
{
        budget_become(BUDGET_CAPABLE, 0);
        budget_leave_mappings(200);
        CHECK_SAME(budget_ask(32).lock_limit, SIZE_MAX);
        CHECK(budget_compare(LOCKET_GUARDED, 32, ENOMEM) > 50);
}

/* Limits that are no multiple of a page; less than one is none. */
void
edge_limit_odd(void)
{
        struct rlimit limit;

        budget_become(BUDGET_USER, 100 * edge_kib);
        limit.rlim_max = 100 * edge_kib;
        limit.rlim_cur = kernel_page() - 1;
        CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
        CHECK_SAME(budget_compare(LOCKET_GUARDED, 32, EAGAIN), 0);
        limit.rlim_cur = 9 * kernel_page() - 1;
        CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
        CHECK_SAME(budget_compare(LOCKET_GUARDED, 32, EAGAIN), 8);
        budget_free(8);
        (void)budget_compare(LOCKET_COMPACT, 32, EAGAIN);
}

/* More is locked than the limit allows by now. */
void
edge_above_limit(void)
{
        void *p;

        if (!kernel_is_root())
                kernel_skip("only root can become somebody else");
        p = mmap(NULL, 200 * edge_kib, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(p != MAP_FAILED);
        CHECK(mlock(p, 200 * edge_kib) == 0);
        locket_free(kernel_secret(NULL, 32));
        budget_become(BUDGET_USER, 64 * edge_kib);
        CHECK_SAME(budget_compare(LOCKET_GUARDED, 32, EAGAIN), 0);
        CHECK_SAME(budget_compare(LOCKET_COMPACT, 32, EAGAIN), 0);
        CHECK(munlock(p, 200 * edge_kib) == 0);
        CHECK_SAME(budget_compare(LOCKET_GUARDED, 32, EAGAIN), 64 * edge_kib / kernel_page());
}

/* Everything that is mapped from now on is locked, and charged, by the kernel. */
void
edge_lock_all_user(void)
{
        size_t n;

        budget_become(BUDGET_USER, 8 * edge_kib * edge_kib);
        CHECK(mlockall(MCL_FUTURE) == 0);
        n = budget_compare(LOCKET_GUARDED, 32, EAGAIN);
        CHECK(n > 1000);
        budget_free(n);
        (void)budget_compare(LOCKET_COMPACT, 32, EAGAIN);
}

void
edge_lock_all_root(void)
{
        size_t n;

        budget_become(BUDGET_ROOT, 8 * edge_kib * edge_kib);
        CHECK(mlockall(MCL_CURRENT | MCL_FUTURE) == 0);
        budget_leave_mappings(500);
        n = budget_compare(LOCKET_GUARDED, 32, ENOMEM);
        CHECK(n > 200);
        budget_free(n);
        (void)budget_compare(LOCKET_COMPACT, 32, ENOMEM);
}

/* The mapping limit comes first, though there is a lock limit: no guard, no secret,
 * and it is not called EAGAIN. */
void
edge_mappings_user(void)
{
        size_t n;

        budget_become(BUDGET_USER, 8 * edge_kib * edge_kib);
        budget_leave_mappings(300);
        n = budget_compare(LOCKET_GUARDED, 32, ENOMEM);
        CHECK(n > 100 && n < 150);
        CHECK(smaps_status("VmLck") <= 150 * kernel_page());
        budget_free(n);
        n = budget_compare(LOCKET_GUARDED, 5000, ENOMEM);
        CHECK(n > 100 && n < 150);
}

/* What is kept makes way for the tables of an arena. */
void
edge_mappings_arena(void)
{
        size_t n;

        budget_become(BUDGET_USER, 8 * edge_kib * edge_kib);
        budget_leave_mappings(300);
        n = budget_compare(LOCKET_GUARDED, 32, ENOMEM);
        budget_free(n);
        locket_free(kernel_secret(budget_arena(LOCKET_COMPACT), 32));
}

/* The same, where nobody has asked for the budget, which makes the tables, too. */
void
edge_mappings_create(void)
{
        void *secret[200];
        size_t n = 0;

        budget_become(BUDGET_USER, 8 * edge_kib * edge_kib);
        budget_leave_mappings(300);
        while (n < 200 && (secret[n] = locket_malloc(32)) != NULL)
                n++;
        CHECK(n > 100 && n < 150);
        CHECK_SAME(errno, ENOMEM);
        while (n > 0)
                locket_free(secret[--n]);
        locket_free(kernel_secret(budget_arena(LOCKET_COMPACT), 32));
}

/* A guard is never only preferred. */
void
edge_mappings_prefer(void)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        size_t n = 0;

        budget_become(BUDGET_USER, 8 * edge_kib * edge_kib);
        locket_policy_init(&policy);
        policy.locked = policy.undumped = policy.fork_safe = policy.unmerged = LOCKET_PREFER;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        budget_leave_mappings(100);
        errno = 0;
        while (locket_arena_malloc(arena, 32) != NULL)
                CHECK_LESS(n++, 50);
        CHECK_SAME(errno, ENOMEM);
        CHECK(n > 40);
        CHECK(locket_arena_reserve(arena, 1, 32) == -1);
        CHECK_SAME(errno, ENOMEM);
}

static void
edge_space(size_t bytes)
{
        struct rlimit limit;

        limit.rlim_cur = limit.rlim_max = bytes;
        CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
}

/* 256 MiB of address space: less of it for locket, and yet what is said fits. */
void
edge_space_user(void)
{
        size_t n;

        budget_become(BUDGET_USER, 8 * edge_kib * edge_kib);
        edge_space(256 * edge_kib * edge_kib);
        n = budget_compare(LOCKET_GUARDED, 32, EAGAIN);
        CHECK_SAME(n, 8 * edge_kib * edge_kib / kernel_page());
        budget_free(n);
        (void)budget_compare(LOCKET_COMPACT, 32, ENOMEM);       /* no runs more */
}

void
edge_space_root(void)
{
        static const size_t sizes[] = { 32, 5000, 20000, 100000, 1000000 };
        size_t n, i;

        budget_become(BUDGET_ROOT, SIZE_MAX);
        edge_space(256 * edge_kib * edge_kib);
        for (i = 0; i < 5; i++) {
                n = budget_compare(LOCKET_GUARDED, sizes[i], ENOMEM);
                CHECK(n > 0);
                budget_free(n);
        }
        (void)budget_compare(LOCKET_COMPACT, 100, ENOMEM);
}

/* Not even room for the tables: nothing fits, and it is no error to ask. */
void
edge_space_none(void)
{
        budget_become(BUDGET_USER, 8 * edge_kib * edge_kib);
        edge_space(smaps_status("VmSize") + 2 * edge_kib * edge_kib);
        CHECK_SAME(budget_compare(LOCKET_GUARDED, 32, ENOMEM), 0);
        CHECK_SAME(budget_ask(32).compact_room, 0);
}

/* Spans that other arenas have are not free; those of freed secrets are. */
void
edge_space_used(void)
{
        struct locket_arena *a, *b;
        void *p[64];
        size_t i, n;

        budget_become(BUDGET_ROOT, SIZE_MAX);
        edge_space(256 * edge_kib * edge_kib);
        a = budget_arena(LOCKET_GUARDED);
        b = budget_arena(LOCKET_COMPACT);
        for (i = 0; i < 64; i++)
                p[i] = kernel_secret(i % 2 ? a : b, 32 + i * 1000);
        for (i = 0; i < 64; i += 3)
                locket_free(p[i]);
        n = budget_compare(LOCKET_GUARDED, 10000, ENOMEM);
        budget_free(n);
        n = budget_compare(LOCKET_GUARDED, 32, ENOMEM);
        budget_free(n);
        (void)budget_compare(LOCKET_COMPACT, 32, ENOMEM);
}

static void
edge_in_child(void)
{
        size_t n = budget_compare(LOCKET_GUARDED, 32, EAGAIN);

        CHECK_SAME(n, 1024 * edge_kib / kernel_page());
        budget_free(n);
        (void)budget_compare(LOCKET_COMPACT, 32, EAGAIN);
}

/* A child has locked nothing: all of the limit is its own, however it was made. */
void
edge_child(void)
{
        struct locket_arena *arena;
        int raw;

        budget_become(BUDGET_USER, 1024 * edge_kib);
        arena = budget_arena(LOCKET_COMPACT);
        CHECK(locket_arena_reserve(arena, 100, 32) == 0);
        (void)kernel_secret(arena, 32);
        (void)kernel_secret(NULL, 32);
        locket_free(kernel_secret(NULL, 5000));
        for (raw = 0; raw < 2; raw++)
                CHECK_SAME(kernel_fork(edge_in_child, raw), 0);
}

/* The soft limit is raised to the hard one; no core files, not dumpable. */
void
edge_harden(void)
{
        struct rlimit limit;
        size_t n;

        budget_become(BUDGET_USER, 1024 * edge_kib);
        limit.rlim_cur = 64 * edge_kib;
        limit.rlim_max = 1024 * edge_kib;
        CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
        CHECK_SAME(budget_ask(32).lock_limit, 64 * edge_kib);
        n = budget_compare(LOCKET_GUARDED, 32, EAGAIN);
        CHECK_SAME(n, 64 * edge_kib / kernel_page());
        CHECK(locket_harden_process() == 0);
        CHECK(getrlimit(RLIMIT_MEMLOCK, &limit) == 0);
        CHECK_SAME(limit.rlim_cur, 1024 * edge_kib);
        CHECK_SAME(limit.rlim_max, 1024 * edge_kib);
        CHECK(getrlimit(RLIMIT_CORE, &limit) == 0);
        CHECK_SAME(limit.rlim_cur + limit.rlim_max, 0);
        CHECK_SAME(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
        CHECK_SAME(budget_ask(32).lock_limit, 1024 * edge_kib);
        CHECK_SAME(n + budget_compare(LOCKET_GUARDED, 32, EAGAIN), 1024 * edge_kib / kernel_page());
}
