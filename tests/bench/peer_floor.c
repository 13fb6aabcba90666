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
        PEER_ALIGN = 16,
        PEER_ON_FAULT = 1       /* MLOCK_ONFAULT, which some libc hide */
};

static unsigned char *peer_fresh, *peer_end;    /* not used yet */
static unsigned char **peer_freed;              /* a stack */
static size_t peer_freed_count, peer_page, peer_data;

static void *peer_map(size_t size, int access)
{
        void *base = mmap(NULL, size, access,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        return base == MAP_FAILED ? NULL : base;
}

static size_t peer_round(size_t size, size_t unit)
{
        return (size + unit - 1) / unit * unit;
}

static int peer_floor_init(size_t count, size_t size)
{
        size_t stride;

        peer_page = (size_t)sysconf(_SC_PAGESIZE);
        peer_data = peer_round(size, peer_page);
        stride = peer_data + peer_page;
        peer_fresh = peer_map(count * stride + peer_page, PROT_NONE);
        peer_freed = peer_map(count * sizeof *peer_freed,
                              PROT_READ | PROT_WRITE);
        if (peer_fresh == NULL || peer_freed == NULL)
                return -1;
        peer_end = peer_fresh + count * stride;
        return 0;
}

/* Open and lock the next place, for good. */
static unsigned char *peer_next(void)
{
        unsigned char *place = peer_fresh + peer_page;

        if (peer_fresh == peer_end ||
            mprotect(place, peer_data, PROT_READ | PROT_WRITE) != 0)
                return NULL;
        if (mlock(place, peer_data) != 0 ||
            syscall(SYS_mlock2, place, peer_data, PEER_ON_FAULT) != 0) {
                (void)mprotect(place, peer_data, PROT_NONE);
                return NULL;
        }
        peer_fresh = place + peer_data;
        return place;
}

static void *peer_floor_get(size_t size)
{
        unsigned char *place;

        if (size > peer_data)
                return NULL;
        if (peer_freed_count == 0) {
                place = peer_next();
                if (place == NULL)
                        return NULL;
        } else {
                place = peer_freed[peer_freed_count - 1];
                if (mprotect(place, peer_data, PROT_READ | PROT_WRITE) != 0)
                        return NULL;
                peer_freed_count--;
        }
        return place + peer_data - peer_round(size, PEER_ALIGN);
}

static unsigned char *peer_place(void *ptr, size_t size)
{
        return (unsigned char *)ptr + peer_round(size, PEER_ALIGN) - peer_data;
}

static void peer_floor_put(void *ptr, size_t size)
{
        unsigned char *place = peer_place(ptr, size);

        explicit_bzero(ptr, size);
        (void)mprotect(place, peer_data, PROT_NONE);
        peer_freed[peer_freed_count++] = place;
}

static int peer_floor_access(void *ptr, size_t size, int open)
{
        return mprotect(peer_place(ptr, size), peer_data,
                        open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

const struct bench_peer bench_floor = {
        .id = "floor",
        .name = "mprotect twice",
        .one_thread = 1,
        .init = peer_floor_init,
        .get = peer_floor_get,
        .put = peer_floor_put,
        .access = peer_floor_access,
};
