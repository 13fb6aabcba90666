/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * files.c - the command `locket`: small files of /proc and /sys.
 *
 * Knows:    that they may be absent, forbidden, empty, or something else that
 *           was mounted there.
 * Promises: reading does not wait (O_NONBLOCK), not even for a pipe.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cmd_file_read(const char *path, char *text, size_t size)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        size_t have = 0;
        ssize_t got = 1;
        int error;

        text[0] = '\0';
        if (fd < 0) {
                return -1;
        }
        while (got > 0 && have < size - 1) {
                do {
                        got = read(fd, text + have, size - 1 - have);
                } while (got < 0 && errno == EINTR);
                have += got > 0 ? (size_t)got : 0;
        }
        error = errno;
        close(fd);
        errno = error;
        text[got < 0 ? 0 : have] = '\0';
        return got < 0 ? -1 : 0;
}

int cmd_file_line(const char *path, char *text, size_t size)
{
        int got = cmd_file_read(path, text, size);

        text[strcspn(text, "\n")] = '\0';
        if (got == 0 && text[0] == '\0') {
                errno = ENODATA;
                return -1;
        }
        return got;
}

int cmd_file_number(const char *path, const char *key, int base, uint64_t *number)
{
        char text[8192], *at = text, *end;

        if (cmd_file_read(path, text, sizeof(text))) {
                return -1;
        }
        if (*key) {
                at = strstr(text, key);
                at = at ? at + strlen(key) : text + strlen(text);
        }
        errno = 0;
        *number = strtoull(at, &end, base);
        if (end == at) {
                errno = ENODATA;
        }
        return errno ? -1 : 0;
}
