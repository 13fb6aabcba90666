/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer.h - what the benchmark wants to know of an allocator.
 *
 * An adapter is one file, peer_<name>.c, with one structure for each way in
 * which that allocator is used, and a line in peers.c.  It does what a careful
 * user of that allocator would do and nothing more: whatever it adds is
 * charged to the peer.
 */
#ifndef LOCKET_BENCH_PEER_H
#define LOCKET_BENCH_PEER_H

#include <stddef.h>

struct bench_peer {
        const char *id;         /* on the command line and in bench.json */
        const char *name;       /* in the tables */
        const char *absent;     /* why it is not in this program, or NULL; if
                                 * set, the functions are NULL */
        int prepared;           /* 1: init promises that nothing is left to
                                 * do, so calls and faults count from the
                                 * first pair on, without a warm-up */

        /* Make ready, once in a fresh process, for at most ${count} live
         * objects of ${size} bytes.  Returns 0, or -1 if it cannot. */
        int (*init)(size_t count, size_t size);

        /* Get ${size} bytes.  Returns NULL if there are none. */
        void *(*get)(size_t size);

        /* Wipe the ${size} bytes at ${ptr}, by whatever means the peer has
         * for it, and free them. */
        void (*put)(void *ptr, size_t size);
};

/* peers.c: all of them, the reference (libsodium) first. */
extern const struct bench_peer *const bench_peers[];
extern const size_t bench_peer_count;

extern const struct bench_peer bench_sodium;
extern const struct bench_peer bench_locket_closed;
extern const struct bench_peer bench_locket_checked;
extern const struct bench_peer bench_locket_reserved;
extern const struct bench_peer bench_floor;
extern const struct bench_peer bench_mmap;
extern const struct bench_peer bench_libc;

#endif /* LOCKET_BENCH_PEER_H */
