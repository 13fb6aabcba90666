/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * live.c - how many live secrets of 32 bytes there can be.
 *
 * Under a lock limit the child is an ordinary user: root passes it.  That a
 * peer hands something out does not say that it is locked, so both are
 * counted.
 */
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

enum {
        LIVE_SIZE = 32,
        LIVE_CAP = 1000000,     /* then it is enough */
        LIVE_QUICK_CAP = 200,
        LIVE_NOBODY = 65534,    /* the user and group without rights */
        LIVE_ASK_CLOCK = 256    /* secrets between two looks at it */
};
static const uint64_t live_enough_ns = 5000000000;

const struct bench_limit bench_limits[BENCH_LIMIT_COUNT] = {
        { "64k", "64 KiB", 64 * 1024 },
        { "8m", "8 MiB", 8 * 1024 * 1024 },
        { "none", "no limit", 0 },
};

static void *live_ptr[LIVE_CAP];

/* Be somebody to whom the limit applies.  A process that changes its user may
 * not look at itself in /proc, unless it says that it may. */
static int live_limit(uint64_t bytes)
{
        const struct rlimit limit = {
                bytes == 0 ? RLIM_INFINITY : bytes,
                bytes == 0 ? RLIM_INFINITY : bytes
        };
        int set = setrlimit(RLIMIT_MEMLOCK, &limit);

        if (geteuid() == 0 && bytes == 0)
                return 0;       /* whatever the limit: root passes it */
        if (set != 0 || geteuid() != 0)
                return set;
        if (setgroups(0, NULL) != 0 || setgid(LIVE_NOBODY) != 0 ||
            setuid(LIVE_NOBODY) != 0)
                return -1;
        return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/* Get secrets until there are no more, or enough. */
static void live_fill(const struct bench_peer *peer, uint64_t cap,
                      struct bench_live *live)
{
        uint64_t start = bench_now(CLOCK_MONOTONIC);
        uint64_t count = 0;

        live->stop = BENCH_CAP;
        while (count < cap) {
                void *ptr = peer->get(LIVE_SIZE);

                if (ptr == NULL) {
                        live->stop = BENCH_REFUSED;
                        break;
                }
                memset(ptr, 0xa5, LIVE_SIZE);
                live_ptr[count++] = ptr;
                if (count % LIVE_ASK_CLOCK == 0 &&
                    bench_now(CLOCK_MONOTONIC) - start > live_enough_ns) {
                        live->stop = BENCH_TIME;
                        break;
                }
        }
        live->wall_ns = bench_now(CLOCK_MONOTONIC) - start;
        live->handed_out = count;
}

/**
 * bench_child_live(peer, limit, cap):
 * In the child: as many as there are, at most ${cap}.
 */
int bench_child_live(const struct bench_peer *peer, const char *limit,
                     uint64_t cap)
{
        struct bench_live live;
        uint64_t mappings = bench_mappings();
        size_t i = 0;

        memset(&live, 0, sizeof live);
        (void)close(STDERR_FILENO);     /* what the peer says of a refusal */
        while (i < BENCH_LIMIT_COUNT && strcmp(bench_limits[i].id, limit) != 0)
                i++;
        if (i == BENCH_LIMIT_COUNT || cap > LIVE_CAP ||
            live_limit(bench_limits[i].bytes) != 0 ||
            peer->init((size_t)cap, LIVE_SIZE) != 0)
                return 1;
        live_fill(peer, cap, &live);
        live.known = 1;
        live.locked_kb = bench_locked_kb();
        live.mappings = bench_mappings() - mappings;
        live.locked = bench_smaps_locked(live_ptr, live.handed_out);
        return write(STDOUT_FILENO, &live, sizeof live) !=
               (ssize_t)sizeof live;
}

/**
 * bench_live(result, peer, limit, live):
 * Ask a child.  A prepared peer does the same as when it is not.
 */
void bench_live(const struct bench_result *result,
                const struct bench_peer *peer, size_t limit,
                struct bench_live *live)
{
        const struct bench_job job = {
                "live", peer, bench_limits[limit].id,
                result->quick ? LIVE_QUICK_CAP : LIVE_CAP
        };

        if (peer->prepared || (result->quick && limit > 0))
                return;
        if (bench_ask(&job, live, sizeof *live) != 0)
                memset(live, 0, sizeof *live);
}
