/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_room.c - `locket doctor`: mappings, address space, container, pages.
 *
 * Knows:    vm.max_map_count, RLIMIT_AS, control groups (version 1 and 2).
 * Promises: what cannot be seen is unknown, never good.
 */
#include "doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The kernel's default, include/linux/mm.h. */
#define ROOM_MAPPINGS 65530

/* A live secret is two mappings: its pages, and the closed ones behind. */
#define ROOM_EACH 2

/* The range that the library wants, and the least that it takes, for pages of
 * 4 KiB (src/config.h). */
#define ROOM_RANGE ((uint64_t)64 << 30)
#define ROOM_LEAST ((uint64_t)32 << 20)

void doctor_mappings(struct doctor_line *line)
{
        struct cmd_smaps list;
        struct cmd_mapping mapping;
        uint64_t limit, now = 0;

        if (cmd_file_number("/proc/sys/vm/max_map_count", "", 10, &limit)) {
                doctor_found(line, DOCTOR_UNKNOWN, "vm.max_map_count: %s",
                             strerror(errno));
                doctor_means(line, "how many secrets a process can have is not known");
                return;
        }
        if (!cmd_smaps_open(&list, "/proc/self/maps")) {
                while (cmd_smaps_next(&list, &mapping) > 0) {
                        now++;
                }
                cmd_smaps_close(&list);
        }
        doctor_number(line, "limit", limit);
        doctor_number(line, "now", now);
        doctor_found(line, limit < ROOM_MAPPINGS ? DOCTOR_WEAK : DOCTOR_GOOD,
                     "vm.max_map_count is %" PRIu64 ", this process has %" PRIu64, limit,
                     now);
        doctor_means(line,
                     "some %" PRIu64 " secrets at once, then locket_malloc fails "
                     "with ENOMEM",
                     limit > now ? (limit - now) / ROOM_EACH : 0);
        if (limit < ROOM_MAPPINGS) {
                doctor_advise(line, "sysctl vm.max_map_count=%d, the kernel's default",
                              ROOM_MAPPINGS);
        }
}

void doctor_addresses(struct doctor_line *line)
{
        char text[DOCTOR_SIZE];
        struct rlimit limit;
        uint64_t bytes;

        if (getrlimit(RLIMIT_AS, &limit)) {
                doctor_found(line, DOCTOR_UNKNOWN, "%s", strerror(errno));
                return;
        }
        bytes = limit.rlim_cur == RLIM_INFINITY ? CMD_UNLIMITED
                                                : (uint64_t)limit.rlim_cur;
        doctor_number(line, "limit", bytes);
        doctor_found(line, DOCTOR_GOOD, "%s (RLIMIT_AS)", doctor_size(text, bytes));
        if (bytes / 4 > ROOM_RANGE) {
                doctor_means(line, "the library reserves 64 GiB of addresses, which take "
                                   "no memory");
                return;
        }
        doctor_means(line, "the library takes a quarter of what there is, and secrets "
                           "share that");
        if (bytes / 4 < 8 * ROOM_LEAST) {
                line->state = DOCTOR_WEAK;
                doctor_advise(line, "raise it (ulimit -v); it does not limit memory, see "
                                    "memory.max for that");
        }
}

void doctor_page_size(struct doctor_line *line)
{
        const uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE);
        char text[DOCTOR_SIZE];

        doctor_number(line, "bytes", size);
        doctor_found(line, DOCTOR_GOOD, "%s", doctor_size(text, size));
        doctor_means(line,
                     "a secret of up to %" PRIu64 " bytes takes one page of the "
                     "lock limit",
                     size - 16);
}

/* ----------------------------------------------------------- control groups */

#define ROOM_PATH 1024

/* The folder of this process's group: ${kind} is "cgroup2" or "cgroup", which
 * is the one with the memory controller.  Returns 0; -1 if there is none. */
static int room_group(const char *kind, char mount[ROOM_PATH], char path[ROOM_PATH])
{
        const int two = !strcmp(kind, "cgroup2");
        static char text[65536];
        char *line, *next, *dash;
        int found = 0;

        if (cmd_file_read("/proc/self/mountinfo", text, sizeof(text))) {
                return -1;
        }
        for (line = text; line && *line && !found; line = next) {
                next = strchr(line, '\n');
                if (next) {
                        *next++ = '\0';
                }
                dash = strstr(line, " - ");
                found = dash && !strncmp(dash + 3, kind, strlen(kind)) &&
                        dash[3 + strlen(kind)] == ' ' &&
                        (two || strstr(dash, ",memory") || strstr(dash, " memory")) &&
                        sscanf(line, "%*s %*s %*s %*s %1023s", mount) == 1;
        }
        if (!found || cmd_file_read("/proc/self/cgroup", text, sizeof(text))) {
                return -1;
        }
        line = strstr(text, two ? "0::/" : ":memory:/");
        if (!line) {
                return -1;
        }
        line = strchr(line, '/');
        line[strcspn(line, "\n")] = '\0';
        snprintf(path, ROOM_PATH, "%s", line);
        return 0;
}

/* The least of a limit of a group and those above it: CMD_UNLIMITED if there is
 * none.  Returns how many had one. */
static int room_least(const char *mount, char path[ROOM_PATH], const char *name,
                      uint64_t *least)
{
        char file[2 * ROOM_PATH + 64], text[64];
        uint64_t value;
        char *slash;
        int seen = 0;

        *least = CMD_UNLIMITED;
        for (;;) {
                snprintf(file, sizeof(file), "%s%s/%s", mount, path, name);
                if (!cmd_file_line(file, text, sizeof(text))) {
                        value = text[0] == 'm' ? CMD_UNLIMITED : strtoull(text, NULL, 10);
                        /* Version 1 says "none" as the largest multiple of a page. */
                        value = value >> 62 ? CMD_UNLIMITED : value;
                        *least = value < *least ? value : *least;
                        seen++;
                }
                slash = strrchr(path, '/');
                if (!slash) {
                        return seen;
                }
                *slash = '\0';
        }
}

int doctor_group(uint64_t *memory, uint64_t *swap)
{
        char mount[ROOM_PATH], path[ROOM_PATH], again[ROOM_PATH];
        uint64_t both;

        *swap = CMD_UNLIMITED;
        if (!room_group("cgroup2", mount, path)) {
                memcpy(again, path, sizeof(again));
                if (room_least(mount, path, "memory.max", memory)) {
                        room_least(mount, again, "memory.swap.max", swap);
                        return 1;
                }
        }
        if (room_group("cgroup", mount, path)) {
                return 0;
        }
        memcpy(again, path, sizeof(again));
        if (!room_least(mount, path, "memory.limit_in_bytes", memory)) {
                return 0;
        }
        room_least(mount, again, "memory.memsw.limit_in_bytes", &both);
        if (both != CMD_UNLIMITED && *memory != CMD_UNLIMITED) {
                *swap = both > *memory ? both - *memory : 0;
        }
        return 1;
}

void doctor_container(struct doctor_line *line)
{
        char a[DOCTOR_SIZE], b[DOCTOR_SIZE];
        uint64_t memory, swap;
        struct rlimit lock;

        if (!doctor_group(&memory, &swap)) {
                doctor_found(line, DOCTOR_UNKNOWN, "no memory control group can be seen");
                doctor_means(line,
                             "if there is a limit, it shows only when it is reached");
                return;
        }
        doctor_number(line, "memory_max", memory);
        doctor_number(line, "swap_max", swap);
        doctor_found(line, DOCTOR_GOOD, "memory %s, swap %s", doctor_size(a, memory),
                     doctor_size(b, swap));
        doctor_means(line, memory == CMD_UNLIMITED
                                   ? "no limit but the machine's"
                                   : "locked pages count; at the limit the process is "
                                     "killed, locket_malloc cannot say no");
        if (memory != CMD_UNLIMITED && !getrlimit(RLIMIT_MEMLOCK, &lock) &&
            (uint64_t)lock.rlim_cur > memory) {
                line->state = DOCTOR_WEAK;
                doctor_advise(line,
                              "set the lock limit, or an arena's capacity, below "
                              "%s: it then fails in time",
                              a);
        }
}
