/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * smaps.c - in the child: what the kernel says of the memory handed out.
 *
 * Locked means that every mapping which the object touches has the flag "lo"
 * and that as many locked bytes as the object needs are resident there.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* The flags of VmFlags that matter for a secret: locked, not dumped, wiped on
 * fork, not copied on fork; mergeable would be a fault. */
static const char *const smaps_wanted[] = { "lo", "dd", "wf", "dc", "mg" };

/* Keep in ${flags} what ${line} has of it: all mappings of the object must
 * agree.  The first mapping fills it in. */
static void smaps_flags(const char *line, int first, char flags[BENCH_TEXT])
{
        char now[BENCH_TEXT] = "";

        for (size_t i = 0; i < sizeof smaps_wanted / sizeof *smaps_wanted;
             i++) {
                const char *flag = smaps_wanted[i];

                if (strstr(line, flag) == NULL ||
                    (!first && strstr(flags, flag) == NULL))
                        continue;
                if (now[0] != '\0')
                        strcat(now, " ");
                strcat(now, flag);
        }
        strcpy(flags, now);
}

/**
 * bench_smaps(ptr, size, flags):
 * Put the flags that hold for all of the object into ${flags}.
 *
 * Returns: 1 if all of it is locked and resident, 0 if not, -1 if the kernel
 *          does not say.
 */
int bench_smaps(const void *ptr, size_t size, char flags[BENCH_TEXT])
{
        FILE *in = fopen("/proc/self/smaps", "r");
        uintptr_t low = (uintptr_t)ptr, high = low + size;
        uintptr_t from, to;
        size_t kilobytes, locked = 0, seen = 0;
        char line[4096];
        int inside = 0;

        flags[0] = '\0';
        if (in == NULL)
                return -1;
        while (fgets(line, sizeof line, in) != NULL) {
                if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to)
                    == 2)
                        inside = from < high && low < to;
                else if (inside && sscanf(line, "Locked: %zu kB", &kilobytes)
                         == 1)
                        locked += kilobytes * 1024;
                else if (inside && strncmp(line, "VmFlags:", 8) == 0)
                        smaps_flags(line + 8, seen++ == 0, flags);
        }
        (void)fclose(in);
        if (seen == 0)
                return -1;
        return strstr(flags, "lo") != NULL && locked >= size;
}

static int smaps_compare(const void *a, const void *b)
{
        const void *const *x = a, *const *y = b;

        return ((uintptr_t)*x > (uintptr_t)*y) -
               ((uintptr_t)*x < (uintptr_t)*y);
}

/**
 * bench_smaps_locked(ptr, count):
 * Sort the addresses of objects that have been written, so that their pages
 * are there.
 *
 * Returns: how many of them begin in a mapping with the flag "lo".
 */
size_t bench_smaps_locked(void **ptr, size_t count)
{
        FILE *in = fopen("/proc/self/smaps", "r");
        uintptr_t from = 0, to = 0, low, high;
        size_t at = 0, locked = 0;
        char line[4096];

        if (in == NULL)
                return 0;
        qsort(ptr, count, sizeof *ptr, smaps_compare);
        while (fgets(line, sizeof line, in) != NULL) {
                if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &low, &high)
                    == 2) {
                        from = low;
                        to = high;
                }
                if (strncmp(line, "VmFlags:", 8) != 0)
                        continue;
                while (at < count && (uintptr_t)ptr[at] < from)
                        at++;
                for (; at < count && (uintptr_t)ptr[at] < to; at++)
                        locked += strstr(line, " lo") != NULL;
        }
        (void)fclose(in);
        return locked;
}

/**
 * bench_locked_kb():
 * Returns: what the process is charged for against its lock limit.
 */
uint64_t bench_locked_kb(void)
{
        FILE *in = fopen("/proc/self/status", "r");
        uint64_t kilobytes = 0;
        char line[256];

        if (in == NULL)
                return 0;
        while (fgets(line, sizeof line, in) != NULL)
                if (sscanf(line, "VmLck: %" SCNu64 " kB", &kilobytes) == 1)
                        break;
        (void)fclose(in);
        return kilobytes;
}

/**
 * bench_mappings():
 * Returns: how many mappings the process has.
 */
uint64_t bench_mappings(void)
{
        FILE *in = fopen("/proc/self/maps", "r");
        uint64_t lines = 0;
        int c;

        if (in == NULL)
                return 0;
        while ((c = getc(in)) != EOF)
                lines += c == '\n';
        (void)fclose(in);
        return lines;
}
