/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * backing.c - what the tests of the two backings share, and their start.
 */
#include "backing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

char directory[64];

int have(enum locket_backing backing)
{
        int fd;

        if (backing != LOCKET_SECRETMEM) {
                return 1;
        }
        fd = (int)syscall(SYS_memfd_secret, 0L);
        if (fd < 0) {
                printf("no secret memory here: %s\n", strerror(errno));
                return 0;
        }
        NEED(close(fd) == 0);
        return 1;
}

/* Not in the process that has made it: that may be another user by now. */
static void remove_directory(void)
{
        if (directory[0] != '\0') {
                (void)rmdir(directory);
        }
}

void policy_of(enum locket_backing backing, struct locket_policy *policy)
{
        locket_policy_init(policy);
        policy->backing = backing;
        policy->fork = LOCKET_FORK_OMIT;
        if (backing == LOCKET_FILE) {
                if (directory[0] == '\0') {
                        /* Not /tmp, which may be memory: then nothing has a disk. */
                        strcpy(directory, "/var/tmp/locket-backing-XXXXXX");
                        NEED(mkdtemp(directory) != NULL);
                        NEED(chmod(directory, 0777) == 0);
                        NEED(atexit(remove_directory) == 0);
                }
                policy->directory = directory;
        }
}

struct locket_arena *arena_of(enum locket_backing backing)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        policy_of(backing, &policy);
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        return arena;
}

size_t count(const unsigned char *p, size_t size, unsigned char value)
{
        size_t n = 0;
        size_t k;

        for (k = 0; k < size; k++) {
                n += p[k] == value;
        }
        return n;
}

size_t entries(const char *path)
{
        DIR *d = opendir(path);
        const struct dirent *e;
        size_t n = 0;

        NEED(d != NULL);
        while ((e = readdir(d)) != NULL) {
                n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
        }
        NEED(closedir(d) == 0);
        return n;
}

size_t descriptors(void)
{
        return entries("/proc/self/fd");
}

/* Read on to the mapping of ${address} in ${path}: 1, and its line, if it is there. */
static int seek(FILE *f, const void *address, char *line, int size)
{
        const uintptr_t at = (uintptr_t)address;

        while (fgets(line, size, f) != NULL) {
                unsigned long lo;
                unsigned long hi;

                if (sscanf(line, "%lx-%lx ", &lo, &hi) == 2 && lo <= at && at < hi) {
                        return 1;
                }
        }
        return 0;
}

int mapped_as(const void *address, const char *text)
{
        FILE *f = fopen("/proc/self/maps", "re");
        char line[512];
        int found;

        NEED(f != NULL);
        found = seek(f, address, line, (int)sizeof line) && strstr(line, text) != NULL;
        NEED(fclose(f) == 0);
        return found;
}

size_t smaps_number(const void *address, const char *field)
{
        FILE *f = fopen("/proc/self/smaps", "re");
        const size_t length = strlen(field);
        char line[512];
        size_t number = 0;
        int found = 0;

        NEED(f != NULL && seek(f, address, line, (int)sizeof line));
        while (!found && fgets(line, (int)sizeof line, f) != NULL) {
                found = strncmp(line, field, length) == 0 &&
                        sscanf(line + length, ": %zu kB", &number) == 1;
        }
        NEED(found);
        NEED(fclose(f) == 0);
        return number;
}

/* With --have: 0 if there is secret memory here.  Else all tests, or those whose
 * names match a pattern. */
int main(int argc, char **argv)
{
        if (argc > 1 && strcmp(argv[1], "--have") == 0) {
                return !have(LOCKET_SECRETMEM);
        }
        if (argc > 1) {
                cmocka_set_test_filter(argv[1]);
        }
        return both_tests() + fork_tests() + limit_tests() + secret_tests() + file_tests() != 0;
}
