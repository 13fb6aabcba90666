/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * take.c - the command `locket`: how a secret comes in and goes on.
 *
 * Knows:    file descriptors and locket memory.
 * Promises: the bytes go by read(2) and write(2) between the kernel and locket
 *           memory; no buffer of another kind ever holds them.
 */
#include "cmd.h"

#include <locket.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Room at the start, bytes: most keys fit, and a page is taken anyway. */
#define TAKE_START ((size_t)2048)

/* Say why there is no locked memory.  The one cause that a user can do
 * something about gets its own words. */
static int take_no_memory(int error)
{
        if (error == EAGAIN || error == EPERM) {
                return cmd_complain("no memory may be locked any more: raise "
                                    "the limit (ulimit -l)",
                                    0);
        }
        return cmd_complain("no memory for the secret", error);
}

/* Make room for one byte more than ${limit} at most, so that a secret that is
 * too large shows itself. */
static int take_grow(struct cmd_secret *room)
{
        size_t more = room->size ? 2 * room->size : TAKE_START;
        void *moved;

        if (more > CMD_SECRET_MAX + 1) {
                more = CMD_SECRET_MAX + 1;
        }
        moved = locket_realloc(room->bytes, more);
        if (!moved) {
                return -1;
        }
        room->bytes = moved;
        room->size = more;
        return 0;
}

/* Read all of ${fd}. */
static int take_all(int fd, const char *name, struct cmd_secret *room, size_t *have)
{
        ssize_t got = 1;

        for (*have = 0; got && *have <= CMD_SECRET_MAX;) {
                if (*have == room->size && take_grow(room)) {
                        return take_no_memory(errno);
                }
                got = read(fd, room->bytes + *have, room->size - *have);
                if (got > 0) {
                        *have += (size_t)got;
                } else if (got < 0 && errno != EINTR) {
                        return cmd_complain(name, errno);
                }
        }
        return 0;
}

/* Cut the room to the secret, so that it ends at the guard page. */
static int take_fit(const char *name, struct cmd_secret *room, size_t size)
{
        unsigned char *fitted, any = 0;
        char words[96];
        size_t i;

        for (i = 0; i < size; i++) {
                any = (unsigned char)(any | room->bytes[i]);
        }
        if (size > CMD_SECRET_MAX) {
                snprintf(words, sizeof(words), "%.40s: more than %zu bytes", name,
                         CMD_SECRET_MAX);
                return cmd_complain(words, 0);
        }
        if (!any) {
                snprintf(words, sizeof(words), "%.40s: %s", name,
                         size ? "nothing but zeros, nothing to look for" : "empty");
                return cmd_complain(words, 0);
        }
        fitted = locket_realloc(room->bytes, size);
        if (!fitted) {
                return take_no_memory(errno);
        }
        room->bytes = fitted;
        room->size = size;
        return 0;
}

static int take_path(const char *path, struct cmd_secret *secret)
{
        const char *name = path ? path : "standard input";
        struct cmd_secret room = {NULL, 0};
        int fd = STDIN_FILENO, status;
        size_t size;

        if (path) {
                fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        } else if (isatty(fd)) {
                fputs("locket: type a secret (it can be seen), then Ctrl-D\n", stderr);
        }
        if (fd < 0) {
                return cmd_complain(name, errno);
        }
        status = take_all(fd, name, &room, &size);
        if (!status) {
                status = take_fit(name, &room, size);
        }
        if (path) {
                close(fd);
        }
        if (status) {
                locket_free(room.bytes);
        } else {
                *secret = room;
        }
        return status;
}

struct take_job {
        const char *path;
        struct cmd_secret *secret;
        int status;
};

static void *take_thread(void *argument)
{
        struct take_job *job = argument;

        job->status = take_path(job->path, job->secret);
        return NULL;
}

/* A thread of its own does it: copying leaves bytes of the secret in vector
 * registers, and those of the caller are inherited by the children, whose
 * core files hold registers too. */
int cmd_take(const char *path, struct cmd_secret *secret)
{
        struct take_job job = {path, secret, CMD_TROUBLE};
        pthread_t thread;
        int error;

        error = pthread_create(&thread, NULL, take_thread, &job);
        if (error) {
                return cmd_complain("no thread", error);
        }
        pthread_join(thread, NULL);
        return job.status;
}

int cmd_give(int fd, const struct cmd_secret *secret, int copies)
{
        size_t done = 0;
        ssize_t put;

        while (copies > 0) {
                put = write(fd, secret->bytes + done, secret->size - done);
                if (put < 0 && errno != EINTR) {
                        return -1;
                }
                if (put > 0) {
                        done += (size_t)put;
                }
                if (done == secret->size) {
                        done = 0;
                        copies--;
                }
        }
        return 0;
}

int cmd_receive(int fd, unsigned char *bytes, size_t size)
{
        size_t have = 0;
        ssize_t got;

        while (have < size) {
                got = read(fd, bytes + have, size - have);
                if (got == 0) {
                        errno = EPIPE;
                }
                if (got == 0 || (got < 0 && errno != EINTR)) {
                        return -1;
                }
                if (got > 0) {
                        have += (size_t)got;
                }
        }
        return 0;
}
