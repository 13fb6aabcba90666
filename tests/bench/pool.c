/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * pool.c - how large a locked pool a careful user asks for.
 *
 * OpenSSL and libgcrypt have one pool a process, whose size is chosen before
 * the first secret and never changes.  Twice of what will be live leaves room
 * for their headers and for what random frees break up.  A pool beyond the
 * lock limit would be there, but not locked; root passes the limit.
 */
#include <sys/resource.h>
#include <unistd.h>

#include "peer.h"

static size_t pool_power_below(size_t bytes)
{
        size_t power = 1;

        while (power <= bytes / 2)
                power *= 2;
        return power;
}

size_t bench_pool_size(size_t wanted, size_t least)
{
        struct rlimit limit;
        size_t size = pool_power_below(2 * wanted);

        if (size < 2 * wanted)
                size *= 2;
        if (size < least)
                size = least;
        if (geteuid() != 0 && getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
            limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < size)
                size = pool_power_below((size_t)limit.rlim_cur);
        return size;
}
