/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_botan.c - Botan's locked pool.
 *
 * Its C interface does not reach the pool: peer_botan_pool.cc does.  bench.mk
 * defines BENCH_HAVE_BOTAN if pkg-config knows Botan and a C++ compiler is
 * there.
 */
#include "peer.h"

#ifdef BENCH_HAVE_BOTAN

#include "peer_botan.h"

static int peer_botan_init(size_t count, size_t size)
{
        (void)count;
        (void)size;
        return 0;
}

const struct bench_peer bench_botan = {
        .id = "botan",
        .name = "Botan " BENCH_HAVE_BOTAN,
        .init = peer_botan_init,
        .get = bench_botan_get,
        .put = bench_botan_put,
};

#else

const struct bench_peer bench_botan = {
        .id = "botan",
        .name = "Botan",
        .absent = "pkg-config did not find botan-2, or there is no C++ "
                  "compiler, at build time",
};

#endif
