/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer.h - what the benchmark wants to know of an allocator.
 *
 * An adapter is one file, peer_<name>.c, with one structure for each way in
 * which that allocator is used, and a line in peers.c.  It does what a careful
 * user of that allocator would do and nothing more: whatever it adds is
 * charged to the peer.  Each measurement is a process of its own, so that an
 * adapter may set up whatever global state its library has.
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
        int one_thread;         /* 1: only one thread may use it */

        /* Make ready, once in a fresh process, for at most ${count} live
         * objects of ${size} bytes.  Returns 0, or -1 if it cannot. */
        int (*init)(size_t count, size_t size);

        /* Get ${size} bytes.  Returns NULL if there are none. */
        void *(*get)(size_t size);

        /* Wipe the ${size} bytes at ${ptr}, by whatever means the peer has
         * for it, and free them. */
        void (*put)(void *ptr, size_t size);

        /* Take all access away from the ${size} bytes at ${ptr}, or give it
         * back if ${open}.  Returns 0 or -1.  NULL: the peer cannot. */
        int (*access)(void *ptr, size_t size, int open);
};

/* peers.c: all of them, the reference (libsodium) first. */
extern const struct bench_peer *const bench_peers[];
extern const size_t bench_peer_count;

extern const struct bench_peer bench_sodium;
extern const struct bench_peer bench_locket_closed;
extern const struct bench_peer bench_locket_checked;
extern const struct bench_peer bench_locket_reserved;
extern const struct bench_peer bench_locket_compact;
extern const struct bench_peer bench_locket_dense;
extern const struct bench_peer bench_openssl;
extern const struct bench_peer bench_gcrypt;
extern const struct bench_peer bench_botan;
extern const struct bench_peer bench_egg;
extern const struct bench_peer bench_floor;
extern const struct bench_peer bench_mmap;
extern const struct bench_peer bench_mlock;
extern const struct bench_peer bench_libc;

/* pool.c: how large a locked pool a careful user asks for.  Returns a power
 * of two, at least ${least} bytes and room for ${wanted} twice, unless the
 * lock limit is less. */
size_t bench_pool_size(size_t wanted, size_t least);

#endif /* LOCKET_BENCH_PEER_H */
