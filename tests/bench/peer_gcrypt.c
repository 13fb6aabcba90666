/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_gcrypt.c - libgcrypt's secure memory.
 *
 * One locked pool a process, searched from its start; gcry_free wipes what
 * lies in it.  A pool that could not be locked is used all the same, with one
 * line on stderr.  bench.mk defines BENCH_HAVE_GCRYPT.
 */
#include "peer.h"

#ifdef BENCH_HAVE_GCRYPT

#include <gcrypt.h>

enum {
        PEER_LEAST = 1 << 20,   /* bytes of the pool */
        PEER_HEADER = 16        /* before each block, or less */
};

static int peer_gcrypt_init(size_t count, size_t size)
{
        size_t pool = bench_pool_size(count * (size + PEER_HEADER), PEER_LEAST);

        if (gcry_check_version(GCRYPT_VERSION) == NULL ||
            gcry_control(GCRYCTL_INIT_SECMEM, (int)pool, 0) != 0)
                return -1;
        return gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0) != 0 ? -1 : 0;
}

static void peer_gcrypt_put(void *ptr, size_t size)
{
        (void)size;
        gcry_free(ptr);
}

const struct bench_peer bench_gcrypt = {
        .id = "gcrypt",
        .name = "libgcrypt " GCRYPT_VERSION,
        .init = peer_gcrypt_init,
        .get = gcry_malloc_secure,
        .put = peer_gcrypt_put,
};

#else

const struct bench_peer bench_gcrypt = {
        .id = "gcrypt",
        .name = "libgcrypt",
        .absent = "pkg-config did not find libgcrypt at build time",
};

#endif
