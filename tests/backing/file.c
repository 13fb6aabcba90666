/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * file.c - files: without a name, overwritten on the disk, and every directory
 * that cannot be had.
 */
#include "backing.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

/* A file system that has no files without a name, if this is set. */
static int old_disk;
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
        va_list rest;
        int mode;

        va_start(rest, flags);
        mode = va_arg(rest, int);
        va_end(rest);
        if (old_disk && (flags & 020000000) != 0) { /* __O_TMPFILE */
                old_disk++;
                errno = EOPNOTSUPP;
                return -1;
        }
        return __real_open(path, flags, mode);
}

/* The file behind the pages of ${p}, from outside: needs root. */
static int behind(const void *p)
{
        FILE *f = fopen("/proc/self/maps", "re");
        unsigned long lo = 0;
        unsigned long hi = 0;
        char line[512];
        char path[80];

        NEED(f != NULL);
        while (fgets(line, (int)sizeof line, f) != NULL &&
               (sscanf(line, "%lx-%lx", &lo, &hi) != 2 || (uintptr_t)p < lo || (uintptr_t)p >= hi)) {
        }
        NEED(fclose(f) == 0);
        (void)snprintf(path, sizeof path, "/proc/self/map_files/%lx-%lx", lo, hi);
        return open(path, O_RDONLY | O_CLOEXEC);
}

/* 1 if the file system writes to a disk. */
static int on_disk(void)
{
        struct statfs s;

        NEED(statfs(directory, &s) == 0);
        return s.f_type != 0x01021994; /* tmpfs */
}

static size_t dirty(const void *p)
{
        return smaps_number(p, "Shared_Dirty") + smaps_number(p, "Private_Dirty");
}

/* No name, mode 0600, one file for each; zeros there when it is freed, and none of
 * them waits to be written. */
static void nameless(enum locket_freed freed)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        unsigned char copy[6000];
        unsigned char *p;
        struct stat s;
        int fd;

        policy_of(LOCKET_FILE, &policy);
        policy.freed = freed;
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        SAME(entries(directory), 0);
        p = locket_arena_aligned_alloc(arena, 1, 6000);
        NEED(p != NULL);
        memset(p, 0x5c, 6000);
        SAME(entries(directory), 0);
        NEED(!on_disk() || dirty(p) > 0);
        fd = behind(p);
        if (fd >= 0) {
                NEED(fstat(fd, &s) == 0);
                SAME(s.st_nlink, 0);
                SAME(s.st_mode & 07777, 0600);
                SAME(s.st_size, 2 * unit_page());
                NEED(s.st_blocks * 512 >= s.st_size);
                SAME(pread(fd, copy, 6000, s.st_size - 6000), 6000);
                NEED(memcmp(copy, p, 6000) == 0);
        }
        locket_free(p);
        NEED(!on_disk() || dirty(p) == 0);
        if (fd >= 0) {
                SAME(pread(fd, copy, 6000, s.st_size - 6000), 6000);
                SAME(count(copy, 6000, 0), 6000);
                NEED(close(fd) == 0);
        }
        SAME(locket_arena_destroy(arena), 0);
        SAME(entries(directory), 0);
}

CASE(no_name)
{
        nameless(LOCKET_FREED_CLOSE);
        nameless(LOCKET_FREED_CHECK);
}

CASE(no_name_old_disk)
{
        struct locket_policy policy;

        policy_of(LOCKET_FILE, &policy);
        old_disk = 1;
        umask(0);
        nameless(LOCKET_FREED_CHECK);
        NEED(old_disk > 1);
}

/* What is wiped by hand is on the disk too; and so what is moved away from. */
CASE(wiped_on_disk)
{
        struct locket_arena *arena = arena_of(LOCKET_FILE);
        unsigned char *p = locket_arena_malloc(arena, 100);
        unsigned char *q;

        NEED(p != NULL);
        memset(p, 1, 100);
        NEED(!on_disk() || dirty(p) > 0);
        locket_wipe_all();
        NEED(!on_disk() || dirty(p) == 0);
        memset(p, 1, 100);
        q = locket_realloc(p, 100000);
        NEED(q != NULL && q != p && q[99] == 1);
        NEED(!on_disk() || dirty(p) == 0);
        locket_free(q);
}

/* Locked only where it is wanted: it is for machines that cannot. */
static void unlocked(void *argument)
{
        struct locket_report report;
        struct locket_policy policy;
        struct locket_arena *arena;
        unsigned char *p;
        const int demand = *(int *)argument;

        policy_of(LOCKET_FILE, &policy);
        NEED(unit_become_user(0));
        policy.locked = (enum locket_demand)demand;
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        p = locket_arena_malloc(arena, 10000);
        NEED(p != NULL && !unit_flag(p, "lo") && unit_flag(p, "dc"));
        memset(p, 1, 10000);
        memset(&report, 0, sizeof report);
        SAME(locket_inspect(p, &report), 0);
        SAME(report.locked.in_force, 0);
        SAME(report.locked.error, demand == LOCKET_PREFER ? EPERM : 0);
        p = locket_realloc(p, 20000);
        NEED(p != NULL && p[9999] == 1 && p[10000] == 0);
        locket_free(p);
        SAME(locket_arena_destroy(arena), 0);
}

CASE(not_locked)
{
        int demand = LOCKET_PREFER;
        struct locket_policy policy;

        policy_of(LOCKET_FILE, &policy);
        NEED(unit_ends(unlocked, &demand));
        demand = LOCKET_OFF;
        NEED(unit_ends(unlocked, &demand));
}

static void create_fails(const char *name, int error)
{
        struct locket_policy policy;
        const size_t fds = descriptors();
        const size_t mappings = unit_mappings();

        policy_of(LOCKET_FILE, &policy);
        policy.directory = name;
        errno = 0;
        NEED(locket_arena_create(&policy) == NULL);
        SAME(errno, error);
        SAME(descriptors(), fds);
        NEED(unit_mappings() <= mappings + UNIT_SLACK);
}

static void as_user(void *unused)
{
        (void)unused;
        NEED(unit_become_user(1u << 20));
        create_fails("/", EACCES);
}

CASE(directories)
{
        static char longest[5000];
        struct locket_policy policy;
        struct locket_arena *arena;
        char name[128];
        char link[128];

        policy_of(LOCKET_FILE, &policy);
        NEED(locket_malloc(1) != NULL); /* the tables are there */
        create_fails("", ENOENT);
        create_fails("/nowhere/at/all", ENOENT);
        create_fails("/etc/passwd", ENOTDIR);
        create_fails("/proc/self/exe", ENOTDIR);
        memset(longest, 'a', sizeof longest - 1);
        create_fails(longest, ENAMETOOLONG);
        NEED(unit_ends(as_user, NULL) || getuid() != 0);
        (void)snprintf(link, sizeof link, "%s/link", directory);
        NEED(symlink(directory, link) == 0);
        create_fails(link, ENOTDIR);
        strcat(link, "//");
        create_fails(link, ENOTDIR);
        old_disk = 1;
        create_fails(link, ENOTDIR);
        create_fails("/nowhere/at/all", ENOENT);
        old_disk = 0;
        link[strlen(link) - 2] = '\0'; /* without the slashes */
        NEED(unlink(link) == 0);
        /* a name that is relative stays what it was, and is the arena's own */
        NEED(chdir(directory) == 0 && mkdir("in", 0700) == 0);
        strcpy(name, "in/");
        policy.directory = name;
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        memset(name, 'x', sizeof name - 1);
        NEED(chdir("/") == 0);
        NEED(locket_arena_malloc(arena, 100) != NULL);
        (void)snprintf(name, sizeof name, "%s/in", directory);
        SAME(entries(name), 0);
        NEED(rmdir(name) == 0);
        NEED(locket_arena_malloc(arena, 100000) == NULL);
        SAME(errno, ENOENT);
}

/* A disk of 64 KiB in a world of its own, if this process may have one. */
static int small_disk(void)
{
        struct locket_policy policy;

        policy_of(LOCKET_FILE, &policy);
        if (syscall(SYS_unshare, 0x00020000L) != 0 || /* CLONE_NEWNS */
            mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("small", directory, "tmpfs", 0, "size=64k") != 0) {
                printf("no disk of one's own here: %s\n", strerror(errno));
                return 0;
        }
        return 1;
}

CASE(full_disk)
{
        struct locket_arena *arena;
        unsigned char *p[16];
        int k;

        if (!small_disk()) {
                return;
        }
        arena = arena_of(LOCKET_FILE);
        for (k = 0; k < 16; k++) {
                p[k] = locket_arena_malloc(arena, 4000);
                NEED(p[k] != NULL);
                memset(p[k], k, 4000);
        }
        errno = 0;
        NEED(locket_arena_malloc(arena, 4000) == NULL);
        SAME(errno, ENOSPC);
        NEED(locket_arena_malloc(arena, 100000) == NULL);
        SAME(errno, ENOSPC);
        for (k = 0; k < 16; k++) {
                SAME(count(p[k], 4000, (unsigned char)k), 4000);
        }
        locket_free(p[3]);
        NEED(locket_arena_malloc(arena, 4000) != NULL); /* its pages are used again */
}

int file_tests(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(no_name),       cmocka_unit_test(no_name_old_disk),
                cmocka_unit_test(wiped_on_disk), cmocka_unit_test(not_locked),
                cmocka_unit_test(directories),   cmocka_unit_test(full_disk),
        };

        return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
