/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * forks.c - scenarios: what a forked child has.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"

enum { FORK_MANY = 60, FORK_NEW = 200 };

static const size_t fork_size[] = { 1, 32, 4096, 5000, 50000 };
enum { FORK_SIZES = sizeof fork_size / sizeof fork_size[0] };

/* The secrets of the process that forks. */
static void *fork_secret[FORK_MANY];
static struct locket_arena *fork_arena;         /* LOCKET_FREED_CHECK */
static struct locket_arena *fork_reserved;      /* with room kept */
static int fork_is_raw;                         /* no atfork handler runs */

static size_t
fork_size_of(size_t i)
{
        return fork_size[i % FORK_SIZES];
}

/* Secrets in both arenas, some closed, and freed ones that are kept. */
static void
fork_make(void)
{
        void *freed[FORK_NEW];
        size_t i;

        for (i = 0; i < FORK_NEW; i++)
                freed[i] = kernel_secret(i % 2 == 0 ? fork_arena : NULL, 32);
        for (i = 0; i < FORK_MANY; i++) {
                fork_secret[i] = kernel_secret(i % 2 == 0 ? fork_arena : NULL,
                                               fork_size_of(i));
                if (i % 7 == 0)
                        CHECK(locket_protect(fork_secret[i],
                                             LOCKET_NO_ACCESS) == 0);
        }
        for (i = 0; i < FORK_NEW; i++)
                locket_free(freed[i]);
}

/* The parent's secrets are there, zero, unlocked, and said to be lost. */
static void
fork_see_lost(void)
{
        struct locket_report report;
        struct smaps smaps;
        size_t i;

        smaps_read(&smaps);
        for (i = 0; i < FORK_MANY; i++) {
                const struct smaps_area *area =
                    smaps_find(&smaps, (uintptr_t)fork_secret[i]);

                CHECK(area != NULL && !smaps_flag(area, "lo"));
                if (i % 7 != 0)
                        CHECK(kernel_zero(fork_secret[i], fork_size_of(i)));
                report.struct_size = sizeof report;
                CHECK(locket_inspect(fork_secret[i], &report) == 0);
                CHECK_SAME(report.lost, 1);
                CHECK_SAME(report.locked.in_force, 0);
                CHECK_SAME(report.size, fork_size_of(i));
                CHECK_SAME(locket_size(fork_secret[i]), fork_size_of(i));
        }
        smaps_drop(&smaps);
        CHECK_SAME(locket_validate(), 0);
        for (i = 0; i < FORK_MANY; i += 7) {
                CHECK(locket_protect(fork_secret[i], LOCKET_READ_WRITE) == 0);
                CHECK(kernel_zero(fork_secret[i], fork_size_of(i)));
        }
}

/* New secrets are as in any process, also on places that the parent used. */
static void
fork_make_new(void)
{
        static void *secret[3 * FORK_NEW];
        static size_t size[3 * FORK_NEW];
        struct locket_arena *arena[3];
        struct locket_report report;
        struct smaps smaps;
        size_t i;

        arena[0] = NULL;
        arena[1] = fork_arena;
        arena[2] = fork_reserved;
        for (i = 0; i < 3 * FORK_NEW; i++) {
                size[i] = i < 2 * FORK_NEW ? 32 : fork_size_of(i);
                secret[i] = kernel_secret(arena[i % 3], size[i]);
        }
        smaps_read(&smaps);
        for (i = 0; i < 3 * FORK_NEW; i++) {
                kernel_check_pages(&smaps, secret[i], size[i], "rw-p", 1);
                report.struct_size = sizeof report;
                CHECK(locket_inspect(secret[i], &report) == 0);
                CHECK(!report.lost && report.locked.in_force);
        }
        smaps_drop(&smaps);
        for (i = 0; i < 3 * FORK_NEW; i++) {
                CHECK(kernel_filled(secret[i], size[i]));
                locket_free(secret[i]);
        }
}

static void
fork_grandchild(void)
{
        size_t locked = smaps_status("VmLck");

        CHECK_SAME(locked, 0);
        fork_see_lost();
        fork_make_new();
}

static void
fork_child(void)
{
        size_t i;
        void *p;

        CHECK_SAME(smaps_status("VmLck"), 0);
        fork_see_lost();
        fork_make_new();
        p = locket_realloc(fork_secret[3], 9000);
        CHECK(p != NULL && kernel_zero(p, 9000));
        locket_free(p);
        for (i = 0; i < FORK_MANY; i++) {
                if (i == 3)
                        continue;
                locket_free(fork_secret[i]);
                CHECK_SAME(locket_size(fork_secret[i]), 0);
        }
        fork_make_new();
        fork_make();
        CHECK_SAME(kernel_fork(fork_grandchild, fork_is_raw), 0);
        for (i = 0; i < FORK_MANY; i++)
                locket_free(fork_secret[i]);
        CHECK(smaps_status("VmLck") <= 3 * KERNEL_KEPT);
}

/* The parent keeps its secrets, whatever its child did. */
static void
fork_parent(void)
{
        struct smaps smaps;
        size_t i;

        fork_arena = kernel_arena(LOCKET_FREED_CHECK);
        fork_reserved = kernel_arena(LOCKET_FREED_CHECK);
        CHECK(locket_arena_reserve(fork_reserved, FORK_MANY, 32) == 0);
        fork_make();
        CHECK_SAME(kernel_fork(fork_child, fork_is_raw), 0);
        smaps_read(&smaps);
        for (i = 0; i < FORK_MANY; i++)
                kernel_check_pages(&smaps, fork_secret[i], fork_size_of(i),
                                   i % 7 == 0 ? "---p" : "rw-p", 1);
        smaps_drop(&smaps);
        for (i = 0; i < FORK_MANY; i++) {
                CHECK(locket_protect(fork_secret[i], LOCKET_READ_WRITE) == 0);
                CHECK(kernel_filled(fork_secret[i], fork_size_of(i)));
                locket_free(fork_secret[i]);
        }
}

void
fork_lost(void)
{
        fork_parent();
}

void
fork_raw(void)
{
        fork_is_raw = 1;
        fork_parent();
}

/* Make many secrets and free them: how many mappings are left of theirs. */
static size_t
fork_many(void)
{
        enum { MANY = 5000 };
        static void *secret[MANY];
        size_t before = smaps_mappings(), after, i;

        for (i = 0; i < MANY; i++)
                secret[i] = kernel_secret(NULL, 32);
        CHECK(smaps_mappings() > before + KERNEL_MAPPINGS);
        for (i = 0; i < MANY; i++)
                locket_free(secret[i]);
        after = smaps_mappings();
        return after > before ? after - before : 0;
}

/* In a child the kernel cannot join what it has split (each opened page has
 * its own anon_vma there), but the second time nothing more is split. */
static void
fork_many_child(void)
{
        (void)fork_many();
        CHECK_LESS(fork_many(), KERNEL_MAPPINGS);
}

/* The mappings of freed secrets are given back, after a fork too. */
void
fork_mappings(void)
{
        if (!kernel_is_root())
                kernel_skip("5,000 secrets can be locked by root only");
        CHECK_LESS(fork_many(), KERNEL_MAPPINGS);
        CHECK_SAME(kernel_fork(fork_many_child, 0), 0);
        CHECK_LESS(fork_many(), KERNEL_MAPPINGS);
}

static void
fork_caught(enum locket_violation kind, const void *address)
{
        _exit(kind == LOCKET_DOUBLE_FREE && address == fork_secret[0] ? 42 :
              43);
}

static void
fork_free_twice(void)
{
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        CHECK(null >= 0 && dup2(null, STDERR_FILENO) >= 0);
        (void)locket_on_violation(fork_caught);
        locket_free(fork_secret[0]);
        locket_free(fork_secret[0]);
}

void
fork_double_free(void)
{
        int status;

        fork_secret[0] = kernel_secret(NULL, 100);
        status = kernel_fork(fork_free_twice, 0);
        CHECK(WIFEXITED(status));
        CHECK_SAME(WEXITSTATUS(status), 42);
        CHECK(kernel_filled(fork_secret[0], 100));
        locket_free(fork_secret[0]);
}
