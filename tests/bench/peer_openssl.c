/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_openssl.c - OpenSSL's secure heap.
 *
 * One arena a process, cut into powers of two.  Initialisation answers 2 if
 * the arena is there but not locked (or has no guards): a careful user does
 * not go on then.  bench.mk defines BENCH_HAVE_OPENSSL.
 */
#include "peer.h"

#ifdef BENCH_HAVE_OPENSSL

#include <openssl/crypto.h>
#include <openssl/opensslv.h>

enum {
        PEER_LEAST = 1 << 20,   /* bytes of the arena */
        PEER_BLOCK = 16,        /* its smallest block */
        PEER_READY = 1
};

static int peer_openssl_init(size_t count, size_t size)
{
        size_t block = PEER_BLOCK;

        while (block < size)
                block *= 2;
        return CRYPTO_secure_malloc_init(bench_pool_size(count * block,
                                                         PEER_LEAST),
                                         PEER_BLOCK) == PEER_READY ? 0 : -1;
}

static void *peer_openssl_get(size_t size)
{
        return OPENSSL_secure_malloc(size);
}

static void peer_openssl_put(void *ptr, size_t size)
{
        OPENSSL_secure_clear_free(ptr, size);
}

const struct bench_peer bench_openssl = {
        .id = "openssl",
        .name = "OpenSSL " OPENSSL_VERSION_STR,
        .init = peer_openssl_init,
        .get = peer_openssl_get,
        .put = peer_openssl_put,
};

#else

const struct bench_peer bench_openssl = {
        .id = "openssl",
        .name = "OpenSSL",
        .absent = "pkg-config did not find libcrypto at build time",
};

#endif
