/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * smaps.c - the command `locket`: mappings, as the kernel lists them.
 *
 * Knows:    the format of /proc/PID/smaps (proc(5)).
 * Promises: a file name in the list, however long and whoever chose it, is
 *           never taken for a mapping.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Read one line, the end of a long one being dropped.  Returns 1; 0 at the
 * end of the file; -1 with errno. */
static int smaps_line(FILE *file, char *line, int size)
{
        size_t have;
        int c;

        errno = 0;
        if (!fgets(line, size, file)) {
                return ferror(file) ? -1 : 0;
        }
        have = strlen(line);
        if (have > 0 && line[have - 1] == '\n') {
                line[have - 1] = '\0';
                return 1;
        }
        do {
                c = getc(file);
        } while (c != EOF && c != '\n');
        return 1;
}

/* Does ${line} begin a mapping?  Then it is in ${mapping}. */
static int smaps_begins(const char *line, struct cmd_mapping *mapping)
{
        struct cmd_mapping fresh;
        int name = 0;

        memset(&fresh, 0, sizeof(fresh));
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %*x %*x:%*x %*u %n", &fresh.from,
                   &fresh.to, fresh.access, &name) < 3) {
                return 0;
        }
        if (name > 0) {
                snprintf(fresh.name, sizeof(fresh.name), "%.*s",
                         (int)sizeof(fresh.name) - 1, line + name);
        }
        *mapping = fresh;
        return 1;
}

/* A line about the mapping that began before it. */
static void smaps_detail(const char *line, struct cmd_mapping *mapping)
{
        size_t end;

        if (!strncmp(line, "VmFlags:", 8)) {
                snprintf(mapping->flags, sizeof(mapping->flags), "%.*s",
                         (int)sizeof(mapping->flags) - 1, line + 8);
                end = strlen(mapping->flags);
                while (end && mapping->flags[end - 1] == ' ') {
                        mapping->flags[--end] = '\0';
                }
                return;
        }
        if (!strchr("RSL", line[0])) { /* most lines, and sscanf(3) is slow */
                return;
        }
        (void)(sscanf(line, "Rss: %" SCNu64 " kB", &mapping->resident) == 1 ||
               sscanf(line, "Swap: %" SCNu64 " kB", &mapping->swapped) == 1 ||
               sscanf(line, "Locked: %" SCNu64 " kB", &mapping->locked) == 1);
}

int cmd_smaps_open(struct cmd_smaps *smaps, const char *path)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

        smaps->begun = 0;
        smaps->file = fd < 0 ? NULL : fdopen(fd, "r");
        if (fd >= 0 && !smaps->file) {
                close(fd);
        }
        return smaps->file ? 0 : -1;
}

int cmd_smaps_next(struct cmd_smaps *smaps, struct cmd_mapping *mapping)
{
        struct cmd_mapping now = smaps->next;
        int begun = smaps->begun, got;
        char line[512];

        smaps->begun = 0;
        while ((got = smaps_line(smaps->file, line, sizeof(line))) > 0) {
                if (!smaps_begins(line, &smaps->next)) {
                        smaps_detail(line, &now);
                        continue;
                }
                if (begun) {
                        smaps->begun = 1;
                        break;
                }
                now = smaps->next;
                begun = 1;
        }
        *mapping = now;
        return got < 0 ? -1 : begun;
}

void cmd_smaps_close(struct cmd_smaps *smaps)
{
        int before = errno;

        fclose(smaps->file);
        errno = before;
}

int cmd_smaps_find(uint64_t address, struct cmd_mapping *mapping)
{
        struct cmd_smaps smaps;
        int got;

        if (cmd_smaps_open(&smaps, "/proc/self/smaps")) {
                return -1;
        }
        do {
                got = cmd_smaps_next(&smaps, mapping);
        } while (got > 0 && !(mapping->from <= address && address < mapping->to));
        cmd_smaps_close(&smaps);
        errno = got == 0 ? EFAULT : errno;
        return got > 0 ? 0 : -1;
}

int cmd_mapping_has(const struct cmd_mapping *mapping, const char *flag)
{
        const char *at = mapping->flags;

        for (; at[0] && at[1] && at[2]; at++) {
                if (at[0] == ' ' && at[1] == flag[0] && at[2] == flag[1]) {
                        return 1;
                }
        }
        return 0;
}
