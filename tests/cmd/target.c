/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * target.c - a process with secrets, for `locket audit` to look at.
 *
 * usage: target HOW
 *
 * Makes a secret and weakens it, or something near it, in the way HOW.  Prints
 * "at ADDRESS", the page that is not as it should be, its own number, and
 * "ready", and waits to be killed, a minute at most.
 */
#define _GNU_SOURCE /* memfd_create(2) */

#include <locket.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SECRET 100
#define RANGE ((uintptr_t)64 << 30)

static uintptr_t size;

/* The page of the secret. */
static unsigned char *page_of(unsigned char *secret)
{
        return secret - (uintptr_t)secret % size;
}

static void *fail(const char *what)
{
        perror(what);
        exit(1);
}

static void *must(int failed, void *at)
{
        return failed ? fail("weaken") : at;
}

static void *weaken_unlock(unsigned char *page)
{
        return must(munlock(page, size), page);
}

static void *weaken_closed(unsigned char *page)
{
        return must(mprotect(page, size, PROT_NONE) || munlock(page, size), page);
}

static void *weaken_dump(unsigned char *page)
{
        return must(madvise(page, size, MADV_DODUMP), page);
}

static void *weaken_fork(unsigned char *page)
{
        return must(madvise(page, size, MADV_KEEPONFORK), page);
}

static void *weaken_merge(unsigned char *page)
{
        return must(madvise(page, size, MADV_MERGEABLE), page);
}

static void *weaken_guard(unsigned char *page)
{
        return must(mprotect(page + size, size, PROT_READ), page + size);
}

static void *weaken_hole(unsigned char *page)
{
        return must(munmap(page + size, size), page + 2 * size);
}

static void *weaken_execute(unsigned char *page)
{
        return must(mprotect(page, size, PROT_READ | PROT_WRITE | PROT_EXEC), page);
}

/* Something of somebody else's, where a guard should be. */
static void *weaken_file(unsigned char *page)
{
        int fd = memfd_create("other", 0);
        void *at = page + size;

        return must(fd < 0 || ftruncate(fd, (off_t)size) ||
                            mmap(at, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) !=
                                    at,
                    at);
}

/* All of the range, which begins a page below the first secret. */
static void *weaken_dump_all(unsigned char *page)
{
        return must(madvise(page - size, RANGE, MADV_DODUMP), page);
}

/* The page that tells a child from its parent: alone between two closed ones. */
static void *weaken_process(unsigned char *page)
{
        unsigned long from, to, last = 0, alone = 0;
        FILE *file = fopen("/proc/self/maps", "r");
        char line[4400], access[8];

        while (file && fgets(line, sizeof(line), file) &&
               sscanf(line, "%lx-%lx %7s", &from, &to, access) == 3) {
                if (alone && alone + size == from && !strncmp(access, "---", 3)) {
                        break;
                }
                alone = 0;
                if (last == from && to - from == size && !strncmp(access, "rw-", 3) &&
                    from != (uintptr_t)page) {
                        alone = from;
                }
                last = strncmp(access, "---", 3) ? 0 : to;
        }
        return must(!alone || madvise((void *)alone, size, MADV_KEEPONFORK),
                    (void *)alone);
}

/* ------------------------------------------------- nothing is weak in these */

static void *use_closed(unsigned char *page)
{
        return must(mprotect(page, size, PROT_NONE), page);
}

static void *use_lock_all(unsigned char *page)
{
        return must(mlockall(MCL_CURRENT | MCL_FUTURE), page);
}

static void *use_many(unsigned char *page)
{
        int i;

        for (i = 0; i < 100; i++) {
                if (!locket_malloc(SECRET)) {
                        fail("locket_malloc");
                }
        }
        return page;
}

static void *use_harden(unsigned char *page)
{
        return must(locket_harden_process(), page);
}

static void *use_evil_name(unsigned char *page)
{
        return must(prctl(PR_SET_NAME, "\033[31m\"\\\351", 0L, 0L, 0L), page);
}

static void *use_label(unsigned char *page)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        (void)page;
        locket_policy_init(&policy);
        policy.label = "locket test";
        arena = locket_arena_create(&policy);
        if (!arena) {
                fail("locket_arena_create");
        }
        return locket_arena_malloc(arena, SECRET);
}

/* The sign that tells the range: it begins a page below the first secret. */
static void *use_sign(unsigned char *page)
{
        const uintptr_t from = (uintptr_t)page - size;
        char name[96];
        int fd;

        snprintf(name, sizeof(name), "locket:%lx-%lx", (unsigned long)from,
                 (unsigned long)(from + RANGE));
        fd = memfd_create(name, 0);
        return must(fd < 0 || ftruncate(fd, (off_t)size) ||
                            mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED,
                    page);
}

/* Prints the child's number, which waits as well. */
static void *use_fork(unsigned char *page)
{
        pid_t child = fork();

        if (child == 0) {
                alarm(60);
                for (;;) {
                        pause();
                }
        }
        printf("child %ld\n", (long)child);
        return must(child < 0, page);
}

static void *use_nothing(unsigned char *page)
{
        return page;
}

static const struct {
        const char *name;
        void *(*run)(unsigned char *page);
} known[] = {
        {"unlock", weaken_unlock},
        {"unlock-closed", weaken_closed},
        {"dump", weaken_dump},
        {"fork", weaken_fork},
        {"merge", weaken_merge},
        {"guard", weaken_guard},
        {"hole", weaken_hole},
        {"execute", weaken_execute},
        {"file", weaken_file},
        {"good", use_nothing},
        {"closed", use_closed},
        {"lock-all", use_lock_all},
        {"many", use_many},
        {"harden", use_harden},
        {"evil-name", use_evil_name},
        {"label", use_label},
        {"sign", use_sign},
        {"children", use_fork},
        {"dump-all", weaken_dump_all},
        {"process", weaken_process},
};

int main(int argc, char **argv)
{
        const char *how = argc == 2 ? argv[1] : "";
        unsigned char *secret, *at = NULL;
        size_t i;

        size = (uintptr_t)sysconf(_SC_PAGESIZE);
        alarm(60);
        if (strcmp(how, "none")) {
                secret = locket_malloc(SECRET);
                if (!secret) {
                        fail("locket_malloc");
                }
                memset(secret, 0x5a, SECRET);
                for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
                        if (!strcmp(how, known[i].name)) {
                                at = known[i].run(page_of(secret));
                        }
                }
                if (!at) {
                        fprintf(stderr, "usage: target HOW\n");
                        return 2;
                }
        }
        printf("at 0x%lx\npid %ld\nready\n", (unsigned long)(uintptr_t)at,
               (long)getpid());
        fflush(stdout);
        for (;;) {
                pause();
        }
}
