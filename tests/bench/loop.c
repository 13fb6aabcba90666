/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * loop.c - in the child: what the timed work consists of.
 *
 * The same calls with the same sizes in the same order for every peer.  What
 * is held is written once and stays live until the process ends, unless churn
 * replaces it.
 */
#include <pthread.h>
#include <string.h>

#include "bench.h"

enum { LOOP_THREADS_MAX = 8, LOOP_KEY_SIZES = 8 };

/* Sizes of keys, nonces, seeds and passphrases: powers of two, as ciphers and
 * curves have them, and three that are not. */
static const size_t loop_key_size[LOOP_KEY_SIZES] = {
        16, 24, 32, 32, 48, 64, 66, 128
};

static void *loop_held[BENCH_CHURN_LOT];
static size_t loop_held_size[BENCH_CHURN_LOT];
static size_t loop_held_count;
static uint64_t loop_random = 0x9e3779b97f4a7c15u;

/* xorshift64: one seed, so the same random frees for everybody. */
static uint64_t loop_next_random(void)
{
        loop_random ^= loop_random << 13;
        loop_random ^= loop_random >> 7;
        loop_random ^= loop_random << 17;
        return loop_random;
}

/* The empty statement makes the compiler believe that somebody reads what was
 * written. */
static void *loop_get(const struct bench_peer *peer, size_t size)
{
        void *ptr = peer->get(size);

        if (ptr != NULL) {
                memset(ptr, 0xa5, size);
                __asm__ __volatile__("" : : "r"(ptr) : "memory");
        }
        return ptr;
}

static size_t loop_size(const struct bench_work *work)
{
        return work->loop == bench_loop_churn ?
               loop_key_size[loop_next_random() % LOOP_KEY_SIZES] :
               work->size;
}

/**
 * bench_hold(peer, work):
 * Take the objects that are live while the work goes on.
 */
int bench_hold(const struct bench_peer *peer, const struct bench_work *work)
{
        for (size_t i = 0; i < work->held; i++) {
                loop_held_size[i] = loop_size(work);
                loop_held[i] = loop_get(peer, loop_held_size[i]);
                if (loop_held[i] == NULL)
                        return -1;
                loop_held_count++;
        }
        return 0;
}

/**
 * bench_held_locked():
 * Returns: how many of the objects that are held lie in locked memory.  Their
 *          order is lost.
 */
size_t bench_held_locked(void)
{
        return bench_smaps_locked(loop_held, loop_held_count);
}

/**
 * bench_pairs(peer, size, pairs):
 * Get, write every byte, put.
 */
int bench_pairs(const struct bench_peer *peer, size_t size, uint64_t pairs)
{
        for (uint64_t i = 0; i < pairs; i++) {
                void *ptr = loop_get(peer, size);

                if (ptr == NULL)
                        return -1;
                peer->put(ptr, size);
        }
        return 0;
}

int bench_loop_pairs(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t pairs)
{
        return bench_pairs(peer, work->size, pairs);
}

/**
 * bench_loop_churn(peer, work, pairs):
 * Put one of those held, whichever, and get another of a random size.
 */
int bench_loop_churn(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t pairs)
{
        for (uint64_t i = 0; i < pairs; i++) {
                size_t at = (size_t)(loop_next_random() % work->held);

                peer->put(loop_held[at], loop_held_size[at]);
                loop_held_size[at] = loop_size(work);
                loop_held[at] = loop_get(peer, loop_held_size[at]);
                if (loop_held[at] == NULL)
                        return -1;
        }
        return 0;
}

/**
 * bench_loop_toggle(peer, work, pairs):
 * Close the one that is held and open it again; a byte is written in between,
 * as it is opened for that.
 */
int bench_loop_toggle(const struct bench_peer *peer,
                      const struct bench_work *work, uint64_t pairs)
{
        volatile unsigned char *byte = loop_held[0];

        for (uint64_t i = 0; i < pairs; i++) {
                if (peer->access(loop_held[0], work->size, 0) != 0 ||
                    peer->access(loop_held[0], work->size, 1) != 0)
                        return -1;
                *byte = 0x5a;
        }
        return 0;
}

struct loop_share {
        pthread_t thread;
        const struct bench_peer *peer;
        size_t size;
        uint64_t pairs;
        int failed;
};

static void *loop_thread(void *argument)
{
        struct loop_share *share = argument;

        share->failed = bench_pairs(share->peer, share->size, share->pairs);
        return NULL;
}

/**
 * bench_loop_threads(peer, work, pairs):
 * So many pairs, divided among the threads, each of which is started and
 * joined here: so it is with one thread too.
 */
int bench_loop_threads(const struct bench_peer *peer,
                       const struct bench_work *work, uint64_t pairs)
{
        struct loop_share share[LOOP_THREADS_MAX];
        unsigned started = 0;
        int failed = 0;

        for (; started < work->threads; started++) {
                struct loop_share *mine = &share[started];

                mine->peer = peer;
                mine->size = work->size;
                mine->pairs = pairs / work->threads;
                mine->failed = 0;
                if (pthread_create(&mine->thread, NULL, loop_thread, mine)
                    != 0)
                        break;
        }
        failed = started < work->threads;
        for (unsigned i = 0; i < started; i++)
                failed |= pthread_join(share[i].thread, NULL) != 0 ||
                          share[i].failed != 0;
        return failed ? -1 : 0;
}
