/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_sodium.c - libsodium: sodium_malloc and sodium_free.
 *
 * bench.mk defines BENCH_HAVE_SODIUM if pkg-config knows libsodium.
 */
#include "peer.h"

#ifdef BENCH_HAVE_SODIUM

#include <sodium.h>

static int peer_sodium_init(size_t count, size_t size)
{
        (void)count;
        (void)size;
        return sodium_init() < 0 ? -1 : 0;      /* 1: was ready already */
}

static void peer_sodium_put(void *ptr, size_t size)
{
        (void)size;
        sodium_free(ptr);
}

static int peer_sodium_access(void *ptr, size_t size, int open)
{
        (void)size;
        return open ? sodium_mprotect_readwrite(ptr) :
               sodium_mprotect_noaccess(ptr);
}

const struct bench_peer bench_sodium = {
        .id = "sodium",
        .name = "libsodium " SODIUM_VERSION_STRING,
        .init = peer_sodium_init,
        .get = sodium_malloc,
        .put = peer_sodium_put,
        .access = peer_sodium_access,
};

#else

const struct bench_peer bench_sodium = {
        .id = "sodium",
        .name = "libsodium",
        .absent = "pkg-config did not find libsodium at build time",
};

#endif
