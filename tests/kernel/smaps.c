/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * smaps.c - parses /proc/self/smaps, maps and status.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "smaps.h"

static FILE *
smaps_open(const char *path)
{
        FILE *f = fopen(path, "re");

        if (f == NULL) {
                perror(path);
                exit(1);
        }
        return f;
}

/* A new area if ${line} begins one: "start-end mode ...". */
static int
smaps_begin(const char *line, struct smaps_area *area)
{
        unsigned long start, end;
        char mode[5];

        if (sscanf(line, "%lx-%lx %4s", &start, &end, mode) != 3)
                return 0;
        memset(area, 0, sizeof *area);
        area->start = start;
        area->end = end;
        memcpy(area->mode, mode, sizeof mode);
        return 1;
}

static void
smaps_field(const char *line, struct smaps_area *area)
{
        unsigned long kib;

        if (sscanf(line, "Rss: %lu kB", &kib) == 1)
                area->rss = kib * 1024;
        else if (sscanf(line, "Locked: %lu kB", &kib) == 1)
                area->locked = kib * 1024;
        else if (strncmp(line, "VmFlags:", 8) == 0)
                (void)snprintf(area->flags, sizeof area->flags, "%.*s ",
                               (int)strcspn(line + 8, "\n"), line + 8);
}

void
smaps_read(struct smaps *smaps)
{
        FILE *f = smaps_open("/proc/self/smaps");
        char line[512];
        size_t room = 0;
        struct smaps_area area;

        smaps->area = NULL;
        smaps->count = 0;
        while (fgets(line, sizeof line, f) != NULL) {
                if (!smaps_begin(line, &area)) {
                        if (smaps->count > 0)
                                smaps_field(line,
                                            &smaps->area[smaps->count - 1]);
                        continue;
                }
                if (smaps->count == room) {
                        room = room * 2 + 256;
                        smaps->area = realloc(smaps->area,
                                              room * sizeof *smaps->area);
                        if (smaps->area == NULL) {
                                perror("smaps_read");
                                exit(1);
                        }
                }
                smaps->area[smaps->count++] = area;
        }
        (void)fclose(f);
}

void
smaps_drop(struct smaps *smaps)
{
        free(smaps->area);
        smaps->area = NULL;
        smaps->count = 0;
}

const struct smaps_area *
smaps_find(const struct smaps *smaps, uintptr_t address)
{
        size_t low = 0, high = smaps->count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (smaps->area[middle].end <= address)
                        low = middle + 1;
                else
                        high = middle;
        }
        if (low == smaps->count || smaps->area[low].start > address)
                return NULL;
        return &smaps->area[low];
}

int
smaps_flag(const struct smaps_area *area, const char *flag)
{
        char word[8];

        (void)snprintf(word, sizeof word, " %s ", flag);
        return strstr(area->flags, word) != NULL;
}

size_t
smaps_mappings(void)
{
        FILE *f = smaps_open("/proc/self/maps");
        size_t lines = 0;
        int c;

        while ((c = getc(f)) != EOF)
                if (c == '\n')
                        lines++;
        (void)fclose(f);
        return lines;
}

size_t
smaps_status(const char *name)
{
        FILE *f = smaps_open("/proc/self/status");
        char line[512];
        size_t n = strlen(name), value = 0;
        int found = 0;

        while (!found && fgets(line, sizeof line, f) != NULL) {
                if (strncmp(line, name, n) != 0 || line[n] != ':')
                        continue;
                value = strtoul(line + n + 1, NULL, 10);
                if (strstr(line, " kB") != NULL)
                        value *= 1024;
                found = 1;
        }
        (void)fclose(f);
        if (!found) {
                (void)fprintf(stderr, "no %s in /proc/self/status\n", name);
                exit(1);
        }
        return value;
}

int
smaps_peek(uintptr_t address, void *bytes, size_t size)
{
        int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        ssize_t n;

        if (fd < 0)
                return 0;
        n = pread(fd, bytes, size, (off_t)address);
        (void)close(fd);
        return n == (ssize_t)size;
}
