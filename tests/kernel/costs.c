/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * costs.c - scenarios: what locket takes, keeps and gives back.
 */
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"

/* Mappings that only locket makes: wiped on fork. */
static size_t
cost_wiped_mappings(void)
{
        struct smaps smaps;
        size_t i, n = 0;

        smaps_read(&smaps);
        for (i = 0; i < smaps.count; i++)
                n += smaps_flag(&smaps.area[i], "wf") != 0;
        smaps_drop(&smaps);
        return n;
}

/* Nothing before the first call that needs it. */
void
cost_nothing(void)
{
        struct locket_stats stats;
        unsigned char bytes[8];
        size_t before, i;
        void *p;

        CHECK_SAME(cost_wiped_mappings(), 0);
        CHECK_SAME(smaps_status("VmLck"), 0);
        CHECK_SAME(smaps_status("Threads"), 1);
        before = smaps_mappings();
        locket_wipe(bytes, sizeof bytes);
        CHECK(locket_equal(bytes, bytes, sizeof bytes) == 1);
        CHECK(strcmp(locket_version(), LOCKET_VERSION) == 0);
        locket_free(NULL);
        (void)locket_size(bytes);
        locket_wipe_all();
        CHECK_SAME(locket_validate(), 0);
        (void)memset(&stats, 0xff, sizeof stats);
        stats.struct_size = sizeof stats;
        CHECK(locket_stats(&stats) == 0);
        CHECK_SAME(stats.live_secrets + stats.slabs + stats.locked_bytes, 0);
        CHECK_SAME(smaps_mappings(), before);
        (void)locket_on_violation(NULL);
        CHECK(smaps_mappings() <= before + 2);  /* the handler's pages, in the library's data */
        CHECK_SAME(smaps_status("VmLck"), 0);
        p = kernel_secret(NULL, 32);
        CHECK(smaps_mappings() > before);       /* it would be seen */
        CHECK(cost_wiped_mappings() > 0);
        CHECK_SAME(smaps_status("Threads"), 1);
        locket_free(p);
        before = smaps_mappings();
        for (i = 0; i < 1000; i++)
                locket_free(kernel_secret(NULL, 32));
        CHECK(smaps_mappings() <= before + 64);
}

enum { COST_MANY = 20000 };

void
cost_many(void)
{
        static void *secret[COST_MANY];
        size_t count = kernel_count(COST_MANY), before, i;
        struct smaps smaps;

        if (!kernel_is_root())
                kernel_skip("20,000 secrets can be locked by root only");
        before = smaps_mappings();
        for (i = 0; i < count; i++)
                secret[i] = kernel_secret(NULL, 32);
        CHECK(smaps_status("VmLck") >= count * kernel_page());
        smaps_read(&smaps);
        for (i = 0; i < count; i++)
                kernel_check_pages(&smaps, secret[i], 32, "rw-p", 1);
        smaps_drop(&smaps);
        for (i = 0; i < count; i++)
                CHECK(kernel_filled(secret[i], 32));
        for (i = 0; i < count; i++)
                locket_free(secret[i]);
        CHECK(smaps_status("VmLck") <= KERNEL_KEPT);
        CHECK_LESS(smaps_mappings(), before + KERNEL_MAPPINGS);
}

/* Numbers without a pattern (xorshift, Marsaglia 2003). */
static uint32_t
cost_random(void)
{
        static uint32_t x = 2463534242u;

        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        return x;
}

void
cost_pairs(void)
{
        enum { LIVE = 16 };
        void *secret[LIVE] = { NULL };
        size_t count = kernel_count(200000), i;

        for (i = 0; i < count; i++) {
                size_t slot = cost_random() % LIVE;

                locket_free(secret[slot]);
                secret[slot] = locket_malloc(1 + cost_random() % 70000);
                CHECK(secret[slot] != NULL);
                *(unsigned char *)secret[slot] = 1;
        }
        for (i = 0; i < LIVE; i++)
                locket_free(secret[i]);
        CHECK(smaps_status("VmLck") <= KERNEL_KEPT);
        CHECK(smaps_mappings() < 2000);
}

static void
cost_arena(size_t i)
{
        struct locket_arena *arena = kernel_arena(i % 2 == 0 ?
            LOCKET_FREED_CLOSE : LOCKET_FREED_CHECK);
        void *p = kernel_secret(arena, 32);
        void *q = kernel_secret(arena, 1 + i * 7 % 9000);

        if (i % 5 == 0)
                CHECK(locket_arena_reserve(arena, 4, 1000) == 0);
        locket_free(p);
        locket_free(q);
        CHECK(locket_arena_destroy(arena) == 0);
}

void
cost_arenas(void)
{
        size_t count = kernel_count(3000), i;
        size_t locked, mappings, rss;

        for (i = 0; i < 1100; i++)      /* every place was used once */
                cost_arena(i);
        locked = smaps_status("VmLck");
        mappings = smaps_mappings();
        rss = smaps_status("VmRSS");
        for (i = 0; i < count; i++)
                cost_arena(i);
        CHECK_SAME(smaps_status("VmLck"), locked);
        CHECK(smaps_mappings() <= mappings + 8);
        CHECK(smaps_status("VmRSS") <= rss + ((size_t)512 << 10));
}

enum { COST_ROOM = 64, COST_ROUNDS = 16 };

/* Get all, write all, free all, again and again: over 1000 pairs. */
static void
cost_use(struct locket_arena *arena, size_t count, size_t size, size_t rounds)
{
        void *secret[COST_ROOM];
        size_t round, i;

        for (round = 0; round < rounds; round++) {
                for (i = 0; i < count; i++) {
                        secret[i] = locket_arena_malloc(arena, size);
                        CHECK(secret[i] != NULL);
                        (void)memset(secret[i], 0x5a, size);
                }
                for (i = 0; i < count; i++)
                        locket_free(secret[(i * 7 + round) % count]);
        }
}

static long
cost_faults_now(void)
{
        struct rusage usage;

        CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
        return usage.ru_minflt + usage.ru_majflt;
}

/* An arena with room; the code has run once, in another arena. */
static struct locket_arena *
cost_reserved(enum locket_freed freed, size_t count, size_t size)
{
        struct locket_arena *other = kernel_arena(freed);
        struct locket_arena *arena = kernel_arena(freed);

        cost_use(other, 3, size, 20);
        CHECK(locket_arena_reserve(arena, count, size) == 0);
        return arena;
}

void
cost_faults(void)
{
        struct locket_arena *small, *large, *closed;
        long before, between;
        void *fresh;

        if (getenv("LOCKET_TEST_LIGHT") != NULL)
                kernel_skip("LIGHTENED: a sanitizer's shadow faults too");
        small = cost_reserved(LOCKET_FREED_CHECK, COST_ROOM, 32);
        large = cost_reserved(LOCKET_FREED_CHECK, COST_ROOM, 9000);
        closed = cost_reserved(LOCKET_FREED_CLOSE, COST_ROOM, 32);
        before = cost_faults_now();
        cost_use(small, COST_ROOM, 32, COST_ROUNDS);
        between = cost_faults_now();
        CHECK_SAME(between - before, 0);
        cost_use(large, COST_ROOM, 9000, COST_ROUNDS);
        CHECK_SAME(cost_faults_now() - between, 0);
        between = cost_faults_now();
        cost_use(closed, COST_ROOM, 32, COST_ROUNDS);
        CHECK_SAME(cost_faults_now() - between, 0);
        /* Faults would be seen. */
        between = cost_faults_now();
        fresh = mmap(NULL, kernel_page(), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(fresh != MAP_FAILED);
        *(volatile unsigned char *)fresh = 1;
        CHECK(cost_faults_now() - between > 0);
}

/* From here on the kernel kills at any system call but write and exit. */
static void
cost_strict(enum locket_freed freed)
{
        struct locket_arena *small = cost_reserved(freed, COST_ROOM, 32);
        struct locket_arena *large = cost_reserved(freed, COST_ROOM, 9000);

        CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
        cost_use(small, COST_ROOM, 32, COST_ROUNDS);
        cost_use(large, COST_ROOM, 9000, COST_ROUNDS);
        (void)syscall(SYS_exit, 0);
}

void
cost_strict_check(void)
{
        cost_strict(LOCKET_FREED_CHECK);
}

/* This one must be killed: it shows that the filter sees system calls. */
void
cost_strict_close(void)
{
        cost_strict(LOCKET_FREED_CLOSE);
}
