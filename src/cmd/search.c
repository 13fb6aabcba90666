/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * search.c - the command `locket`: is a secret in a file?
 *
 * Knows:    the secret, in a child of its own, in locket memory; so are the
 *           index of its pieces and the buffer for the file.
 * Promises: nothing comes out but which pieces were found.
 */
#include "cmd.h"

#include <locket.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Read at a time, bytes: few calls, few locked pages. */
#define SEARCH_BUFFER ((size_t)16384)
#define SEARCH_NONE UINT32_MAX

/* Pieces by hash: first[hash] and next[piece] are chains of pieces, each other
 * than all before it; same[piece] is the first that is equal to it. */
struct search_index {
        unsigned char *bytes;
        size_t piece, count, mask;
        uint32_t *first, *next, *same;
};

struct search_job {
        size_t size;
        const char *path;
        unsigned char *map;
};

static size_t search_hash(const struct search_index *index, const unsigned char *at)
{
        uint64_t hash = 14695981039346656037u; /* FNV-1a */
        size_t i;

        for (i = 0; i < index->piece; i++) {
                hash = (hash ^ at[i]) * 1099511628211u;
        }
        return (size_t)(hash ^ (hash >> 32)) & index->mask;
}

/* The piece that stands at ${at}, or SEARCH_NONE. */
static uint32_t search_find(const struct search_index *index, const unsigned char *at,
                            size_t hash)
{
        uint32_t piece = index->first[hash];

        while (piece != SEARCH_NONE && memcmp(index->bytes + piece, at, index->piece)) {
                piece = index->next[piece];
        }
        return piece;
}

static int search_build(struct search_index *index, size_t size)
{
        size_t hash, room = 16;
        uint32_t i, known;

        index->piece = size < CMD_PIECE ? size : CMD_PIECE;
        index->count = size - index->piece + 1;
        while (room < index->count) {
                room *= 2;
        }
        index->mask = room - 1;
        index->bytes = locket_malloc(size);
        index->first = locket_calloc(room, sizeof(*index->first));
        index->next = locket_calloc(index->count, sizeof(*index->next));
        index->same = locket_calloc(index->count, sizeof(*index->same));
        if (!index->bytes || !index->first || !index->next || !index->same ||
            cmd_receive(STDIN_FILENO, index->bytes, size)) {
                return -1;
        }
        memset(index->first, 0xff, room * sizeof(*index->first));
        for (i = 0; i < index->count; i++) {
                hash = search_hash(index, index->bytes + i);
                known = search_find(index, index->bytes + i, hash);
                index->same[i] = known == SEARCH_NONE ? i : known;
                if (known != SEARCH_NONE) {
                        continue;
                }
                index->next[i] = index->first[hash];
                index->first[hash] = i;
        }
        return 0;
}

static int search_file(const struct search_index *index, int fd, unsigned char *map)
{
        unsigned char *buffer = locket_malloc(SEARCH_BUFFER);
        size_t have = 0, i;
        uint32_t piece;
        ssize_t got;

        if (!buffer) {
                return -1;
        }
        while ((got = read(fd, buffer + have, SEARCH_BUFFER - have)) > 0) {
                have += (size_t)got;
                for (i = 0; i + index->piece <= have; i++) {
                        piece = search_find(index, buffer + i,
                                            search_hash(index, buffer + i));
                        if (piece != SEARCH_NONE) {
                                map[piece] = 1;
                        }
                }
                memmove(buffer, buffer + i, have - i);
                have -= i;
        }
        return got < 0 ? -1 : 0;
}

/* In the child.  Its exit status is an errno. */
static void search_run(void *argument)
{
        struct search_job *job = argument;
        struct search_index index;
        int fd = open(job->path, O_RDONLY);
        size_t i;

        if (fd < 0 || search_build(&index, job->size) ||
            search_file(&index, fd, job->map)) {
                _exit(errno ? errno : EIO);
        }
        for (i = 0; i < index.count; i++) {
                job->map[i] = job->map[index.same[i]];
        }
        _exit(0);
}

int cmd_search(const struct cmd_secret *secret, const char *path, unsigned char *map)
{
        struct search_job job = {secret->size, path, map};
        struct cmd_child child = {
                .secret = secret, .copies = 1, .run = search_run, .argument = &job};

        memset(map, 0, secret->size);
        if (cmd_child(&child)) {
                return -1;
        }
        errno = WIFEXITED(child.status) ? WEXITSTATUS(child.status) : EIO;
        return errno ? -1 : 0;
}

size_t cmd_search_sum(size_t size, const unsigned char *plain, const unsigned char *map,
                      size_t *of)
{
        size_t piece = size < CMD_PIECE ? size : CMD_PIECE;
        size_t i, seen = 0, seen_to = 0, of_to = 0;

        *of = 0;
        for (i = 0; i < size; i++) {
                if (!plain[i] && i + piece <= size) {
                        of_to = i + piece;
                        if (map[i]) {
                                seen_to = of_to;
                        }
                }
                *of += i < of_to;
                seen += i < seen_to;
        }
        return seen;
}
