/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * corefile.c - the command `locket`: where core files are.
 *
 * Knows:    the kernel's core_pattern (core(5)), the limit, folders in memory.
 * Promises: takes no file for a core that is not the caller's own and new;
 *           what is removed was overwritten.
 */
#include "cmd.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

const char *cmd_corefile_obstacle(struct cmd_place *place)
{
        FILE *file = fopen("/proc/sys/kernel/core_pattern", "r");
        struct rlimit limit;
        char *got = NULL;

        if (file) {
                got = fgets(place->pattern, sizeof(place->pattern), file);
                fclose(file);
        }
        if (!got) {
                return "core_pattern unknown";
        }
        place->pattern[strcspn(place->pattern, "\n")] = '\0';
        if (place->pattern[0] == '|') {
                return "core_pattern is a pipe";
        }
        if (getrlimit(RLIMIT_CORE, &limit) || limit.rlim_max <= 1) {
                return "hard limit is 0";
        }
        return NULL;
}

int cmd_corefile_folder(struct cmd_place *place)
{
        const char *own = getenv("TMPDIR");
        const char *roots[] = {"/dev/shm", own && *own ? own : "/tmp", "/tmp"};
        size_t i;

        for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
                snprintf(place->folder, sizeof(place->folder), "%s/locket-demo-XXXXXX",
                         roots[i]);
                if (mkdtemp(place->folder)) {
                        return 0;
                }
        }
        return -1;
}

/* The kernel's pattern as one of glob(3), for the core of ${pid}. */
static void corefile_expand(const struct cmd_place *place, long pid, char *out,
                            size_t size)
{
        const char *from = place->pattern;
        size_t used = 0;

        if (*from != '/') { /* nothing else is in the folder */
                snprintf(out, size, "%s/*", place->folder);
                return;
        }
        out[0] = '\0';
        for (; *from && used + 24 < size; from++) {
                if (*from != '%' || !from[1]) {
                        snprintf(out + used, size - used, "%c", *from);
                } else if (*++from == 'p' || *from == 'i') {
                        snprintf(out + used, size - used, "%ld", pid);
                } else {
                        snprintf(out + used, size - used, "%c", *from == '%' ? '%' : '*');
                }
                used += strlen(out + used);
        }
}

int cmd_corefile_find(const struct cmd_place *place, long pid, time_t since,
                      char path[CMD_PATH])
{
        char name[CMD_PATH + 8], with_pid[CMD_PATH + 32];
        struct stat status;
        glob_t found;
        time_t newest = since - 1;
        size_t i;

        corefile_expand(place, pid, name, sizeof(name));
        snprintf(with_pid, sizeof(with_pid), "%s.%ld", name, pid);
        memset(&found, 0, sizeof(found));
        (void)glob(with_pid, 0, NULL, &found); /* kernel.core_uses_pid */
        (void)glob(name, GLOB_APPEND, NULL, &found);
        for (i = 0; i < found.gl_pathc; i++) {
                if (lstat(found.gl_pathv[i], &status) || !S_ISREG(status.st_mode) ||
                    status.st_uid != geteuid() || status.st_mtime <= newest ||
                    strlen(found.gl_pathv[i]) >= CMD_PATH) {
                        continue;
                }
                newest = status.st_mtime;
                strcpy(path, found.gl_pathv[i]);
        }
        globfree(&found);
        return newest < since ? -1 : 0;
}

void cmd_corefile_remove(const char *path)
{
        static const char zeros[4096];
        struct stat status;
        off_t done = 0;
        ssize_t put = 1;
        int fd = open(path, O_WRONLY | O_NOFOLLOW);

        if (fd >= 0 && !fstat(fd, &status)) {
                for (; done < status.st_size && put > 0; done += put) {
                        put = write(fd, zeros, sizeof(zeros));
                }
                fsync(fd);
        }
        if (fd >= 0) {
                close(fd);
        }
        unlink(path);
}

void cmd_corefile_clean(const struct cmd_place *place)
{
        char all[CMD_PATH + 8];
        glob_t found;
        size_t i;

        snprintf(all, sizeof(all), "%s/*", place->folder);
        memset(&found, 0, sizeof(found));
        (void)glob(all, 0, NULL, &found);
        for (i = 0; i < found.gl_pathc; i++) {
                cmd_corefile_remove(found.gl_pathv[i]);
        }
        globfree(&found);
        rmdir(place->folder);
}
