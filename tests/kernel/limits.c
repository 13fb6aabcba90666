/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * limits.c - scenarios: the lock limit, the mapping limit, an arena's cap.
 */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "kernel.h"

enum { LIMIT_MOST = 100000 };

static void *limit_secret[LIMIT_MOST];

/* Get secrets of 32 bytes until there are no more: how many.  The last call
 * must fail with ${error}, and 50 more like it must change nothing. */
static size_t
limit_fill(int error)
{
        size_t n = 0, i, locked, mappings;

        while (n < LIMIT_MOST) {
                errno = 0;
                limit_secret[n] = locket_malloc(32);
                if (limit_secret[n] == NULL)
                        break;
                CHECK_SAME(errno, 0);
                kernel_fill(limit_secret[n], 32);
                n++;
        }
        CHECK_SAME(errno, error);
        locked = smaps_status("VmLck");
        mappings = smaps_mappings();
        for (i = 0; i < 50; i++) {
                errno = 0;
                CHECK(locket_aligned_alloc(1, i * 5000 + 1) == NULL);
                CHECK_SAME(errno, error);
        }
        CHECK_SAME(smaps_status("VmLck"), locked);
        CHECK_SAME(smaps_mappings(), mappings);
        for (i = 0; i < n; i++)
                CHECK(kernel_filled(limit_secret[i], 32));
        return n;
}

static void
limit_free(size_t n)
{
        size_t i;

        for (i = 0; i < n; i++)
                locket_free(limit_secret[i]);
}

static size_t
limit_room(void)
{
        struct locket_budget budget;

        budget.struct_size = sizeof budget;
        CHECK(locket_budget(32, &budget) == 0);
        CHECK_SAME(budget.locked_now, smaps_status("VmLck"));
        return budget.guarded_room;
}

void
limit_none(void)
{
        struct locket_arena *arena;
        int i;

        kernel_become_user(0);
        for (i = 0; i < 10; i++) {
                errno = 0;
                CHECK(locket_malloc(32) == NULL);
                CHECK_SAME(errno, EPERM);
        }
        CHECK_SAME(smaps_status("VmLck"), 0);
        arena = kernel_arena(LOCKET_FREED_CHECK);
        CHECK(locket_arena_malloc(arena, 5000) == NULL);
        CHECK_SAME(errno, EPERM);
        CHECK(locket_arena_reserve(arena, 5, 5000) == -1);
        CHECK_SAME(errno, EPERM);
        CHECK_SAME(smaps_status("VmLck"), 0);
        CHECK(locket_arena_destroy(arena) == 0);
}

/* Preferred only: there is memory, and the report says what is missing. */
void
limit_prefer(void)
{
        struct locket_policy policy;
        struct locket_report report;
        struct locket_arena *arena;
        struct smaps smaps;
        void *p;

        kernel_become_user(0);
        locket_policy_init(&policy);
        policy.locked = LOCKET_PREFER;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        p = kernel_secret(arena, 5000);
        report.struct_size = sizeof report;
        CHECK(locket_inspect(p, &report) == 0);
        CHECK_SAME(report.locked.in_force, 0);
        CHECK_SAME(report.locked.error, EPERM);
        smaps_read(&smaps);
        kernel_check_pages(&smaps, p, 5000, "rw-p", 0);
        smaps_drop(&smaps);
        locket_free(p);
        CHECK(locket_arena_destroy(arena) == 0);
}

/* Fill up, free, fill up again; and live at the limit. */
static void
limit_user(size_t bytes)
{
        size_t most = bytes / kernel_page();
        size_t n, room, again, i;

        kernel_become_user(bytes);
        room = limit_room();
        n = limit_fill(EAGAIN);
        (void)fprintf(stderr, "%zu secrets in %zu bytes\n", n, bytes);
        CHECK(n <= most && n + 1 >= most);
        CHECK(room <= n && n <= room + 16);
        CHECK(smaps_status("VmLck") <= bytes);
        CHECK_SAME(limit_room(), 0);
        /* What is freed can be had again at once, quarantine or not. */
        for (i = 0; i < 100; i++) {
                locket_free(limit_secret[i % n]);
                limit_secret[i % n] = locket_malloc(32);
                CHECK(limit_secret[i % n] != NULL);
                kernel_fill(limit_secret[i % n], 32);
        }
        limit_free(n);
        again = limit_fill(EAGAIN);
        CHECK_SAME(again, n);
        limit_free(n);
        CHECK(smaps_status("VmLck") <= KERNEL_KEPT);
        /* Other sizes find room too: the kept pages make way. */
        limit_secret[0] = locket_malloc(bytes - 4 * kernel_page());
        CHECK(limit_secret[0] != NULL);
        locket_free(limit_secret[0]);
        errno = 0;
        CHECK(locket_malloc(bytes) == NULL);    /* and its canary */
        CHECK_SAME(errno, EAGAIN);
}

void
limit_64k(void)
{
        limit_user((size_t)64 << 10);
}

void
limit_8m(void)
{
        limit_user((size_t)8 << 20);
}

static size_t
limit_max_map_count(void)
{
        FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
        size_t count = 0;

        CHECK(f != NULL);
        CHECK(fscanf(f, "%zu", &count) == 1);
        (void)fclose(f);
        return count;
}

/* No secret without its guards at the mapping limit, and freeing works.  The
 * kernel opens a slot in two steps, so whether the limit is hit between them
 * depends on how many mappings there are: an even or an odd number. */
static void
limit_mappings_and(int one_more)
{
        struct smaps smaps;
        size_t n, i, before;

        if (!kernel_is_root())
                kernel_skip("the lock limit comes before the mapping limit");
        if (limit_max_map_count() > LIMIT_MOST)
                kernel_skip("vm.max_map_count is out of reach");
        if (getenv("LOCKET_TEST_LIGHT") != NULL)
                kernel_skip("LIGHTENED: not to the mapping limit");
        /* malloc(3), which smaps_read uses, must do without new mappings. */
        CHECK(mallopt(M_MMAP_MAX, 0) == 1);
        if (one_more)
                CHECK(mmap(NULL, kernel_page(), PROT_EXEC,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
        before = smaps_mappings();
        n = limit_fill(ENOMEM);
        (void)fprintf(stderr, "%zu secrets at the mapping limit\n", n);
        CHECK(n > limit_max_map_count() / 3);
        smaps_read(&smaps);
        for (i = 0; i < n; i++)
                kernel_check_pages(&smaps, limit_secret[i], 32, "rw-p", 1);
        smaps_drop(&smaps);
        for (i = 0; i < 1000; i++)
                CHECK(locket_protect(limit_secret[i], i % 2 == 0 ?
                      LOCKET_NO_ACCESS : LOCKET_READ_ONLY) == 0);
        CHECK_SAME(locket_validate(), 0);
        /* What one gives back another gets, quarantine or not. */
        for (i = 0; i < 100; i++) {
                locket_free(limit_secret[n - 1]);
                limit_secret[n - 1] = locket_malloc(32);
                CHECK(limit_secret[n - 1] != NULL);
                kernel_fill(limit_secret[n - 1], 32);
        }
        limit_free(n);
        CHECK(smaps_status("VmLck") <= KERNEL_KEPT);
        CHECK_LESS(smaps_mappings(), before + KERNEL_MAPPINGS);
        locket_free(kernel_secret(NULL, 5000));
}

void
limit_mappings_even(void)
{
        limit_mappings_and(0);
}

void
limit_mappings_odd(void)
{
        limit_mappings_and(1);
}

/* A cap holds for what is locked, and hits nobody else. */
void
limit_capacity(void)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        size_t n, before, i;

        locket_free(kernel_secret(NULL, 32));
        before = smaps_status("VmLck");
        locket_policy_init(&policy);
        policy.capacity = 16 * kernel_page();
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        for (n = 0; n < 100; n++) {
                limit_secret[n] = locket_arena_malloc(arena, 32);
                if (limit_secret[n] == NULL)
                        break;
                kernel_fill(limit_secret[n], 32);
        }
        CHECK_SAME(errno, ENOMEM);
        CHECK_SAME(n, 16);
        CHECK_SAME(smaps_status("VmLck"), before + policy.capacity);
        for (i = 0; i < 100; i++) {
                locket_free(limit_secret[i % n]);
                limit_secret[i % n] = locket_arena_malloc(arena, 32);
                CHECK(limit_secret[i % n] != NULL);
                CHECK(smaps_status("VmLck") <= before + policy.capacity);
        }
        CHECK(locket_arena_destroy(arena) == -1);
        CHECK_SAME(errno, EBUSY);
        limit_free(n);
        CHECK(locket_arena_destroy(arena) == 0);
        CHECK_SAME(smaps_status("VmLck"), before);
}
