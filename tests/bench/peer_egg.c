/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_egg.c - GNOME's egg secure memory, as libgcr exports it.
 *
 * gcr_secure_memory_try_alloc answers NULL where gcr_secure_memory_alloc would
 * fall back to unlocked memory or end the process.  bench.mk defines
 * BENCH_HAVE_EGG if pkg-config knows gcr-base-3.
 */
#include "peer.h"

#ifdef BENCH_HAVE_EGG

#define GCR_API_SUBJECT_TO_CHANGE       /* else its headers refuse */
#include <gcr/gcr-base.h>

static int peer_egg_init(size_t count, size_t size)
{
        (void)count;
        (void)size;
        return 0;
}

static void *peer_egg_get(size_t size)
{
        return gcr_secure_memory_try_alloc(size);
}

static void peer_egg_put(void *ptr, size_t size)
{
        (void)size;
        gcr_secure_memory_free(ptr);
}

const struct bench_peer bench_egg = {
        .id = "egg",
        .name = "GNOME egg (libgcr " BENCH_HAVE_EGG ")",
        .init = peer_egg_init,
        .get = peer_egg_get,
        .put = peer_egg_put,
};

#else

const struct bench_peer bench_egg = {
        .id = "egg",
        .name = "GNOME egg",
        .absent = "pkg-config did not find gcr-base-3 at build time",
};

#endif
