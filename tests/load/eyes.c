/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * eyes.c - the kernel's view of a process.  See load.h.
 */
#include "load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void need(int right, const char *what, const char *file, int line)
{
        if (!right) {
                (void)fprintf(stderr, "%s:%d: not so: %s (errno %d)\n", file, line, what, errno);
                _exit(1);
        }
}

int eyes_flag(const void *p, const char *flag)
{
        FILE *f = fopen("/proc/self/smaps", "re");
        char line[1024];
        unsigned long lo;
        unsigned long hi;
        int here = 0;
        int found = 0;

        NEED(f != NULL);
        while (fgets(line, sizeof line, f) != NULL) {
                if (sscanf(line, "%lx-%lx ", &lo, &hi) == 2) {
                        here = lo <= (uintptr_t)p && (uintptr_t)p < hi;
                } else if (here && strncmp(line, "VmFlags:", 8) == 0) {
                        char word[8];

                        (void)snprintf(word, sizeof word, " %s", flag);
                        found = strstr(line, word) != NULL;
                }
        }
        (void)fclose(f);
        return found;
}

size_t eyes_bytes(const void *p, size_t size, unsigned char value)
{
        const int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        unsigned char bytes[256];
        size_t n = 0;
        size_t i;

        NEED(fd >= 0 && size <= sizeof bytes);
        if (pread(fd, bytes, size, (off_t)(uintptr_t)p) != (ssize_t)size) {
                (void)close(fd);
                return size + 1;
        }
        (void)close(fd);
        for (i = 0; i < size; i++) {
                n += bytes[i] == value;
        }
        return n;
}

static size_t entries(const char *folder)
{
        DIR *d = opendir(folder);
        size_t n = 0;

        NEED(d != NULL);
        while (readdir(d) != NULL) {
                n++;
        }
        (void)closedir(d);
        return n;
}

/* Lines of /proc/self/maps with ${name} in them; all if that is NULL. */
static size_t lines(const char *name)
{
        FILE *f = fopen("/proc/self/maps", "re");
        char line[1024];
        size_t n = 0;

        NEED(f != NULL);
        while (fgets(line, sizeof line, f) != NULL) {
                n += name == NULL || strstr(line, name) != NULL;
        }
        (void)fclose(f);
        return n;
}

int eyes_mapped(const char *name)
{
        return lines(name) != 0;
}

struct weight eyes_weigh(void)
{
        FILE *f = fopen("/proc/self/status", "re");
        struct weight w = { 0, 0, 0, 0, 0 };
        char line[256];

        NEED(f != NULL);
        while (fgets(line, sizeof line, f) != NULL) {
                (void)sscanf(line, "VmLck: %zu", &w.locked);
                (void)sscanf(line, "VmSize: %zu", &w.space);
                (void)sscanf(line, "Threads: %zu", &w.threads);
        }
        (void)fclose(f);
        w.mappings = lines(NULL);
        w.descriptors = entries("/proc/self/fd");
        return w;
}
