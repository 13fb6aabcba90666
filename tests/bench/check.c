/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * check.c - whether an adapter works: no figure is looked at.
 *
 * Objects of every size of the benchmark, some live at once: none overlaps
 * another, all keep what was written, and what is refused is refused by NULL.
 */
#include <string.h>
#include <unistd.h>

#include "bench.h"

enum { CHECK_LIVE = 12, CHECK_ROUNDS = 3 };

/* Whether each byte of an object is still its own. */
static int check_whole(const unsigned char *ptr, size_t size, size_t own)
{
        for (size_t i = 0; i < size; i++)
                if (ptr[i] != (unsigned char)(own + i))
                        return 0;
        return 1;
}

/* Take some, look at all, give them back.  Returns the number taken, or -1. */
static int check_round(const struct bench_peer *peer, size_t size)
{
        unsigned char *ptr[CHECK_LIVE];
        size_t count = 0;
        int whole = 1;

        while (count < CHECK_LIVE) {
                ptr[count] = peer->get(size);
                if (ptr[count] == NULL)
                        break;
                for (size_t i = 0; i < size; i++)
                        ptr[count][i] = (unsigned char)(count + i);
                count++;
        }
        for (size_t i = 0; i < count; i++) {
                if (peer->access != NULL)
                        whole &= peer->access(ptr[i], size, 0) == 0 &&
                                 peer->access(ptr[i], size, 1) == 0;
                whole &= check_whole(ptr[i], size, i);
                peer->put(ptr[i], size);
        }
        return whole ? (int)count : -1;
}

/**
 * bench_child_check(peer):
 * In the child: 'y' for each size that the peer has, 'n' for one that it
 * refuses.
 */
int bench_child_check(const struct bench_peer *peer)
{
        char answer[BENCH_SIZE_COUNT];
        size_t largest = bench_works[BENCH_PAIR + BENCH_SIZE_COUNT - 1].size;

        if (peer->init(CHECK_LIVE, largest) != 0)
                return 1;
        for (size_t i = 0; i < BENCH_SIZE_COUNT; i++)
                for (int round = 0; round < CHECK_ROUNDS; round++) {
                        int got = check_round(peer, bench_works[i].size);

                        if (got < 0)
                                return 1;
                        answer[i] = got > 0 ? 'y' : 'n';
                }
        return write(STDOUT_FILENO, answer, sizeof answer) !=
               (ssize_t)sizeof answer;
}

/**
 * bench_check():
 * Every peer that is there.
 *
 * Returns: how many do not work, each named on stderr.
 */
int bench_check(void)
{
        int failed = 0;

        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_job job = {
                        "check", bench_peers[i], "-", 0
                };
                const char *id = bench_peers[i]->id;
                char answer[BENCH_SIZE_COUNT];

                if (bench_peers[i]->absent != NULL)
                        continue;
                if (bench_ask(&job, answer, sizeof answer) != 0 ||
                    answer[BENCH_PAIR_32] != 'y') {
                        (void)fprintf(stderr, "bench: %s: FAILED\n", id);
                        failed++;
                } else {
                        (void)fprintf(stderr, "bench: %s works, sizes %.*s\n",
                                      id, BENCH_SIZE_COUNT, answer);
                }
        }
        return failed;
}
