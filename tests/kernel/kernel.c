/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * kernel.c - what the scenarios share.
 */
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"

void
kernel_check(int right, const char *what, const char *file, int line)
{
        if (right)
                return;
        (void)fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
        _exit(1);
}

void
kernel_same(size_t a, size_t b, const char *what, const char *file, int line)
{
        if (a == b)
                return;
        (void)fprintf(stderr, "%s:%d: not so: %s (%zu, %zu)\n", file, line,
                      what, a, b);
        _exit(1);
}

void
kernel_less(size_t a, size_t b, const char *what, const char *file, int line)
{
        if (a < b)
                return;
        (void)fprintf(stderr, "%s:%d: not so: %s (%zu, %zu)\n", file, line,
                      what, a, b);
        _exit(1);
}

void
kernel_skip(const char *why)
{
        (void)fprintf(stderr, "SKIPPED: %s\n", why);
        _exit(77);
}

size_t
kernel_count(size_t count)
{
        if (getenv("LOCKET_TEST_LIGHT") == NULL)
                return count;
        (void)fprintf(stderr, "LIGHTENED: %zu instead of %zu\n", count / 10,
                      count);
        return count / 10;
}

int
kernel_is_root(void)
{
        return geteuid() == 0;
}

void
kernel_become_user(size_t bytes)
{
        struct rlimit limit;

        limit.rlim_cur = limit.rlim_max = (rlim_t)bytes;
        CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
        if (!kernel_is_root()) {
                (void)fprintf(stderr, "not root: user %d stays\n",
                              (int)geteuid());
                return;
        }
        CHECK(setgroups(0, NULL) == 0);
        CHECK(setgid(65534) == 0);
        CHECK(setuid(65534) == 0);
        /* Otherwise /proc/self/mem belongs to root now. */
        CHECK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
}

size_t
kernel_page(void)
{
        return (size_t)sysconf(_SC_PAGESIZE);
}

/* The end of the secret, rounded up to 16, is the upper guard page. */
uintptr_t
kernel_high(const void *p, size_t size)
{
        return ((uintptr_t)p + size + 15) / 16 * 16;
}

/* There is room for a canary of 16 bytes below the secret. */
uintptr_t
kernel_low(const void *p, size_t size)
{
        size_t page = kernel_page();
        size_t pages = ((size + 15) / 16 * 16 + 16 + page - 1) / page;

        return kernel_high(p, size) - pages * page;
}

static unsigned char
kernel_byte(const void *p, size_t i)
{
        return (unsigned char)(((uintptr_t)p / 16 + i * 13) | 1);
}

void
kernel_fill(void *p, size_t size)
{
        unsigned char *b = p;
        size_t i;

        for (i = 0; i < size; i++)
                b[i] = kernel_byte(p, i);
}

int
kernel_filled(const void *p, size_t size)
{
        const unsigned char *b = p;
        size_t i;

        for (i = 0; i < size; i++)
                if (b[i] != kernel_byte(p, i))
                        return 0;
        return 1;
}

int
kernel_zero(const void *p, size_t size)
{
        const unsigned char *b = p;
        size_t i;

        for (i = 0; i < size; i++)
                if (b[i] != 0)
                        return 0;
        return 1;
}

void *
kernel_secret(struct locket_arena *arena, size_t size)
{
        void *p = arena == NULL ? locket_malloc(size) :
            locket_arena_malloc(arena, size);

        CHECK(p != NULL);
        CHECK(kernel_zero(p, size));
        kernel_fill(p, size);
        return p;
}

struct locket_arena *
kernel_arena(enum locket_freed freed)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        locket_policy_init(&policy);
        policy.freed = freed;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        return arena;
}

void
kernel_check_pages(const struct smaps *smaps, const void *p, size_t size,
                   const char *mode, int locked)
{
        uintptr_t low = kernel_low(p, size), high = kernel_high(p, size);
        const struct smaps_area *area = smaps_find(smaps, low);
        const struct smaps_area *below = smaps_find(smaps, low - 1);
        const struct smaps_area *above = smaps_find(smaps, high);

        CHECK(area != NULL && below != NULL && above != NULL);
        CHECK_SAME(area->start, low);
        CHECK_SAME(area->end, high);
        CHECK(strcmp(area->mode, mode) == 0);
        CHECK(smaps_flag(area, "dd"));
        CHECK(smaps_flag(area, "wf"));
        CHECK(!smaps_flag(area, "mg"));
        CHECK_SAME(smaps_flag(area, "lo"), locked);
        if (locked) {
                CHECK_SAME(area->rss, high - low);
                CHECK_SAME(area->locked, high - low);
        } else {
                CHECK_SAME(area->locked, 0);
        }
        CHECK(strcmp(below->mode, "---p") == 0);
        CHECK(strcmp(above->mode, "---p") == 0);
}

int
kernel_fork(void (*child)(void), int raw)
{
        int status = 0;
        pid_t pid;

        (void)fflush(NULL);
        pid = raw ? (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL)
            : fork();
        CHECK(pid >= 0);
        if (pid == 0) {
                child();
                _exit(0);
        }
        CHECK(waitpid(pid, &status, 0) == pid);
        return status;
}
