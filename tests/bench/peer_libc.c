/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_libc.c - malloc, explicit_bzero, free: the lower bound.
 *
 * Not locked, not guarded, not verified.  It also shows what the benchmark's
 * own loop costs at most.
 */
#define _GNU_SOURCE     /* explicit_bzero on libc that hide it otherwise */

#include <stdlib.h>
#include <string.h>

#include "peer.h"

static int peer_libc_init(size_t count, size_t size)
{
        (void)count;
        (void)size;
        return 0;
}

static void peer_libc_put(void *ptr, size_t size)
{
        explicit_bzero(ptr, size);
        free(ptr);
}

const struct bench_peer bench_libc = {
        .id = "libc",
        .name = "malloc + explicit_bzero",
        .init = peer_libc_init,
        .get = malloc,
        .put = peer_libc_put,
};
