/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_mlock.c - malloc, mlock: how programs lock a key by hand, and how this
 * project once began.
 *
 * munlock(2) works on whole pages: it unlocks the neighbours on them too.
 */
#define _GNU_SOURCE     /* explicit_bzero on libc that hide it otherwise */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "peer.h"

static int peer_mlock_init(size_t count, size_t size)
{
        (void)count;
        (void)size;
        return 0;
}

static void *peer_mlock_get(size_t size)
{
        void *ptr = malloc(size);

        /* mlock reads nothing, but gcc thinks so of a pointer to const. */
        __asm__("" : "+r"(ptr));
        if (ptr != NULL && mlock(ptr, size) != 0) {
                free(ptr);
                return NULL;
        }
        return ptr;
}

static void peer_mlock_put(void *ptr, size_t size)
{
        explicit_bzero(ptr, size);
        (void)munlock(ptr, size);
        free(ptr);
}

const struct bench_peer bench_mlock = {
        .id = "mlock",
        .name = "malloc + mlock",
        .init = peer_mlock_init,
        .get = peer_mlock_get,
        .put = peer_mlock_put,
};
