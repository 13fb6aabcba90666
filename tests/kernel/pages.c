/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * pages.c - scenarios: the pages of secrets, live, closed and freed.
 */
#include <errno.h>
#include <string.h>

#include "kernel.h"

/* One secret: its pages, its report, and that it is gone afterwards. */
static void
pages_one(size_t size)
{
        struct locket_report report;
        struct smaps smaps;
        void *p = kernel_secret(NULL, size);

        smaps_read(&smaps);
        kernel_check_pages(&smaps, p, size, "rw-p", 1);
        smaps_drop(&smaps);
        report.struct_size = sizeof report;
        CHECK(locket_inspect(p, &report) == 0);
        CHECK_SAME(report.size, size);
        CHECK(report.locked.in_force && report.undumped.in_force &&
              report.fork_safe.in_force && report.unmerged.in_force &&
              report.guarded.in_force && !report.lost);
        CHECK(kernel_filled(p, size));
        locket_free(p);
}

void
pages_flags(void)
{
        size_t page = kernel_page();

        pages_one(1);
        pages_one(16);
        pages_one(32);
        pages_one(page - 16);           /* one page, with its canary */
        pages_one(page - 15);           /* two */
        pages_one(page);
        pages_one(5000);
        pages_one(5 * page - 16);
        pages_one(6 * page);
        pages_one((size_t)1 << 20);
}

void
pages_large(void)
{
        if (!kernel_is_root())
                kernel_skip("100 MiB can be locked by root only");
        pages_one((size_t)100 << 20);
}

/* All of the pages that a secret had must be zero, whatever their mode. */
static void
pages_gone(uintptr_t low, uintptr_t high)
{
        unsigned char bytes[1024];
        uintptr_t at;

        for (at = low; at < high; at += sizeof bytes) {
                CHECK(smaps_peek(at, bytes, sizeof bytes));
                CHECK(kernel_zero(bytes, sizeof bytes));
        }
}

/* The contents can be seen from outside while it lives, not afterwards. */
static void
pages_freed(struct locket_arena *arena, size_t size, const char *mode)
{
        unsigned char bytes[64];
        void *p = kernel_secret(arena, size);
        uintptr_t low = kernel_low(p, size), high = kernel_high(p, size);
        uintptr_t at;
        struct smaps smaps;

        CHECK(size >= sizeof bytes);
        CHECK(locket_protect(p, LOCKET_NO_ACCESS) == 0);
        CHECK(smaps_peek((uintptr_t)p, bytes, sizeof bytes));
        CHECK(bytes[0] != 0 && !kernel_zero(bytes, sizeof bytes));
        CHECK(smaps_peek(low, bytes, sizeof bytes));
        locket_free(p);
        pages_gone(low, high);
        smaps_read(&smaps);
        for (at = low; at < high; at += kernel_page()) {
                CHECK(smaps_find(&smaps, at) != NULL);
                CHECK(strcmp(smaps_find(&smaps, at)->mode, mode) == 0);
        }
        smaps_drop(&smaps);
}

/* A move leaves nothing behind. */
static void
pages_moved(struct locket_arena *arena)
{
        void *p = kernel_secret(arena, 3000);
        uintptr_t low = kernel_low(p, 3000), high = kernel_high(p, 3000);
        void *q = locket_realloc(p, 30000);

        CHECK(q != NULL && q != p);
        pages_gone(low, high);
        locket_free(q);
}

/* A secret that became smaller and larger in place is wiped as a whole. */
static void
pages_shrunk(struct locket_arena *arena)
{
        void *p = kernel_secret(arena, 3000);
        uintptr_t low = kernel_low(p, 3000), high = kernel_high(p, 3000);
        void *q = locket_realloc(p, 2995);

        CHECK(q == p);
        q = locket_realloc(p, 3000);
        CHECK(q == p);
        CHECK(kernel_filled(p, 2995) && kernel_zero((char *)p + 2995, 5));
        locket_free(p);
        pages_gone(low, high);
}

void
pages_freed_close(void)
{
        pages_freed(NULL, 100, "---p");
        pages_freed(NULL, 20000, "---p");
        pages_freed(NULL, (size_t)1 << 20, "---p");
        pages_moved(NULL);
        pages_shrunk(NULL);
}

void
pages_freed_check(void)
{
        struct locket_arena *arena = kernel_arena(LOCKET_FREED_CHECK);

        pages_freed(arena, 100, "rw-p");
        pages_freed(arena, 20000, "rw-p");
        pages_moved(arena);
        pages_shrunk(arena);
}

enum { PAGES_MANY = 300 };

/* What is done with secret ${i} of many. */
static const char *
pages_mode(size_t i)
{
        return i % 3 == 0 ? NULL : i % 5 == 0 ? "---p" : i % 7 == 0 ?
            "r--p" : "rw-p";
}

static void
pages_change(void *p, const char *mode)
{
        if (mode == NULL)
                locket_free(p);
        else if (strcmp(mode, "---p") == 0)
                CHECK(locket_protect(p, LOCKET_NO_ACCESS) == 0);
        else if (strcmp(mode, "r--p") == 0)
                CHECK(locket_protect(p, LOCKET_READ_ONLY) == 0);
}

/* Freeing and closing some of many leaves the others as they were: a page is
 * never shared, so munlock and mprotect of one hit nobody else.  Of the freed
 * ones ${open} may stay open: that many are kept, the others are given back. */
static void
pages_among(struct locket_arena *arena, size_t open)
{
        void *secret[PAGES_MANY];
        size_t size[PAGES_MANY], i, still_open = 0;
        struct smaps smaps;

        for (i = 0; i < PAGES_MANY; i++) {
                size[i] = i % 10 == 9 ? 9000 : 32;
                secret[i] = kernel_secret(arena, size[i]);
        }
        for (i = 0; i < PAGES_MANY; i++)
                pages_change(secret[i], pages_mode(i));
        smaps_read(&smaps);
        for (i = 0; i < PAGES_MANY; i++) {
                const struct smaps_area *area =
                    smaps_find(&smaps, (uintptr_t)secret[i]);

                if (pages_mode(i) != NULL)
                        kernel_check_pages(&smaps, secret[i], size[i],
                                           pages_mode(i), 1);
                else if (area == NULL || strcmp(area->mode, "---p") != 0)
                        still_open++;
        }
        CHECK(still_open <= open);
        smaps_drop(&smaps);
        for (i = 0; i < PAGES_MANY; i++) {
                if (pages_mode(i) == NULL)
                        continue;
                CHECK(locket_protect(secret[i], LOCKET_READ_WRITE) == 0);
                CHECK(kernel_filled(secret[i], size[i]));
                locket_free(secret[i]);
        }
}

void
pages_neighbours(void)
{
        pages_among(NULL, 0);
        pages_among(kernel_arena(LOCKET_FREED_CHECK),
                    KERNEL_KEPT / kernel_page());
}

/* Access modes are the kernel's, and locket_wipe_all keeps them. */
void
pages_access(void)
{
        static const enum locket_access access[] = {
                LOCKET_NO_ACCESS, LOCKET_READ_ONLY, LOCKET_READ_WRITE,
                LOCKET_READ_ONLY, LOCKET_NO_ACCESS, LOCKET_READ_WRITE
        };
        static const char *const mode[] = {
                "---p", "r--p", "rw-p", "r--p", "---p", "rw-p"
        };
        struct locket_report report;
        struct smaps smaps;
        void *p = kernel_secret(NULL, 10000);
        size_t i;

        for (i = 0; i < sizeof access / sizeof access[0]; i++) {
                CHECK(locket_protect(p, access[i]) == 0);
                report.struct_size = sizeof report;
                CHECK(locket_inspect(p, &report) == 0);
                CHECK(report.access == access[i]);
                smaps_read(&smaps);
                kernel_check_pages(&smaps, p, 10000, mode[i], 1);
                smaps_drop(&smaps);
        }
        CHECK(kernel_filled(p, 10000));
        for (i = 0; i < 2; i++) {
                kernel_fill(p, 10000);
                CHECK(locket_protect(p, access[i]) == 0);
                locket_wipe_all();
                smaps_read(&smaps);
                kernel_check_pages(&smaps, p, 10000, mode[i], 1);
                smaps_drop(&smaps);
                CHECK(locket_validate() == 0);
                CHECK(locket_protect(p, LOCKET_READ_WRITE) == 0);
                CHECK(kernel_zero(p, 10000));
        }
        locket_free(p);
}

/* What is not wanted is not locked, and the report says so. */
void
pages_off(void)
{
        struct locket_policy policy;
        struct locket_report report;
        struct locket_arena *arena;
        size_t before;
        void *p;

        locket_free(kernel_secret(NULL, 32));
        before = smaps_status("VmLck");
        locket_policy_init(&policy);
        policy.locked = LOCKET_OFF;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        p = kernel_secret(arena, 50000);
        CHECK_SAME(smaps_status("VmLck"), before);
        report.struct_size = sizeof report;
        CHECK(locket_inspect(p, &report) == 0);
        CHECK_SAME(report.locked.in_force, 0);
        CHECK_SAME(report.locked.error, 0);
        CHECK(report.undumped.in_force && report.fork_safe.in_force);
        locket_free(p);
        CHECK(locket_arena_destroy(arena) == 0);
        CHECK_SAME(smaps_status("VmLck"), before);
}
