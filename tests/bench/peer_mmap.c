/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_mmap.c - the floor of a map-per-secret design: guards, lock, no checks.
 *
 * What libsodium does, without canary, slack, header and advice: reserve
 * without access, open the middle, lock it; wipe and unmap (which unlocks).
 * The secret ends at the upper guard, up to its alignment of 16.
 */
#define _GNU_SOURCE     /* explicit_bzero on libc that hide it otherwise */

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peer.h"

static size_t peer_page;

static size_t peer_round(size_t size, size_t unit)
{
        return (size + unit - 1) / unit * unit;
}

static int peer_mmap_init(size_t count, size_t size)
{
        (void)count;
        (void)size;
        peer_page = (size_t)sysconf(_SC_PAGESIZE);
        return 0;
}

static void *peer_mmap_get(size_t size)
{
        size_t data = peer_round(size, peer_page);
        unsigned char *base = mmap(NULL, data + 2 * peer_page, PROT_NONE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (base == MAP_FAILED)
                return NULL;
        if (mprotect(base + peer_page, data, PROT_READ | PROT_WRITE) != 0 ||
            mlock(base + peer_page, data) != 0) {
                (void)munmap(base, data + 2 * peer_page);
                return NULL;
        }
        return base + peer_page + data - peer_round(size, 16);
}

static void peer_mmap_put(void *ptr, size_t size)
{
        size_t data = peer_round(size, peer_page);
        unsigned char *end = (unsigned char *)ptr + peer_round(size, 16);

        explicit_bzero(ptr, size);
        (void)munmap(end - data - peer_page, data + 2 * peer_page);
}

static int peer_mmap_access(void *ptr, size_t size, int open)
{
        size_t data = peer_round(size, peer_page);
        unsigned char *end = (unsigned char *)ptr + peer_round(size, 16);

        return mprotect(end - data, data,
                        open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

const struct bench_peer bench_mmap = {
        .id = "mmap",
        .name = "mmap + mprotect + mlock",
        .init = peer_mmap_init,
        .get = peer_mmap_get,
        .put = peer_mmap_put,
        .access = peer_mmap_access,
};
