/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_floor.c - the floor of a design that keeps its pages and closes them.
 *
 * Places that are locked once, between guards, and then only opened by one
 * mprotect(2) and closed by another: what the kernel alone takes for a freed
 * secret that faults.  Wiped, but no canary, no slack, no quarantine, no table.
 * MLOCK_ONFAULT after mlock changes nothing for pages that are there, but
 * spares mprotect the search for pages to fill in.
 */
#define _GNU_SOURCE     /* explicit_bzero on libc that hide it otherwise */

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "peer.h"

enum {
        PEER_PLACES = 64,
        PEER_ON_FAULT = 1       /* MLOCK_ONFAULT, which some libc hide */
};

static unsigned char *peer_free[PEER_PLACES];
static size_t peer_free_count, peer_data;

static int peer_floor_init(size_t count, size_t size)
{
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        size_t stride;
        unsigned char *base;

        if (count > PEER_PLACES)
                return -1;
        peer_data = (size + page - 1) / page * page;
        stride = peer_data + page;
        base = mmap(NULL, count * stride + page, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (base == MAP_FAILED)
                return -1;
        for (size_t i = 0; i < count; i++) {
                unsigned char *place = base + page + i * stride;

                if (mprotect(place, peer_data, PROT_READ | PROT_WRITE) != 0 ||
                    mlock(place, peer_data) != 0 ||
                    syscall(SYS_mlock2, place, peer_data, PEER_ON_FAULT) != 0 ||
                    mprotect(place, peer_data, PROT_NONE) != 0)
                        return -1;
                peer_free[peer_free_count++] = place;
        }
        return 0;
}

static void *peer_floor_get(size_t size)
{
        unsigned char *place;

        if (size > peer_data || peer_free_count == 0)
                return NULL;
        place = peer_free[peer_free_count - 1];
        if (mprotect(place, peer_data, PROT_READ | PROT_WRITE) != 0)
                return NULL;
        peer_free_count--;
        return place + peer_data - (size + 15) / 16 * 16;
}

static void peer_floor_put(void *ptr, size_t size)
{
        unsigned char *end = (unsigned char *)ptr + (size + 15) / 16 * 16;

        explicit_bzero(ptr, size);
        (void)mprotect(end - peer_data, peer_data, PROT_NONE);
        peer_free[peer_free_count++] = end - peer_data;
}

const struct bench_peer bench_floor = {
        .id = "floor",
        .name = "mprotect twice",
        .init = peer_floor_init,
        .get = peer_floor_get,
        .put = peer_floor_put,
};
