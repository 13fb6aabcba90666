/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_locket.c - locket, in the ways that have a target.
 *
 * closed:   the default arena, as locket_malloc gives it (LOCKET_FREED_CLOSE).
 * checked:  an arena with LOCKET_FREED_CHECK and the other defaults.
 * reserved: the same, after locket_arena_reserve for all that will be live.
 *           What locket_arena_reserve promises holds from the first pair on,
 *           and so it is measured.
 * compact:  an arena with LOCKET_COMPACT and the other defaults, aligned to 16;
 * dense:    the same, aligned to 8: 40 locked bytes for 32.
 */
#include <locket.h>

#include "peer.h"

enum { PEER_REHEARSAL = 100 };

static struct locket_arena *peer_arena;

static int peer_closed_init(size_t count, size_t size)
{
        (void)count;
        (void)size;
        return 0;
}

static int peer_checked_init(size_t count, size_t size)
{
        struct locket_policy policy;

        (void)count;
        (void)size;
        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        peer_arena = locket_arena_create(&policy);
        return peer_arena == NULL ? -1 : 0;
}

static int peer_compact_init(size_t count, size_t size)
{
        struct locket_policy policy;

        (void)count;
        (void)size;
        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        peer_arena = locket_arena_create(&policy);
        return peer_arena == NULL ? -1 : 0;
}

static void *peer_dense_get(size_t size)
{
        return locket_arena_aligned_alloc(peer_arena, 8, size);
}

static void *peer_arena_get(size_t size)
{
        return locket_arena_malloc(peer_arena, size);
}

static void peer_put(void *ptr, size_t size)
{
        (void)size;
        locket_free(ptr);
}

static int peer_access(void *ptr, size_t size, int open)
{
        (void)size;
        return locket_protect(ptr, open ? LOCKET_READ_WRITE :
                              LOCKET_NO_ACCESS);
}

/* A rehearsal in another arena brings in the code: its page faults are not
 * what is asked. */
static int peer_reserved_init(size_t count, size_t size)
{
        if (peer_checked_init(count, size) != 0)
                return -1;
        for (int i = 0; i < PEER_REHEARSAL; i++) {
                void *ptr = peer_arena_get(size);

                if (ptr == NULL)
                        return -1;
                peer_put(ptr, size);
        }
        if (peer_checked_init(count, size) != 0)
                return -1;
        return locket_arena_reserve(peer_arena, count, size);
}

const struct bench_peer bench_locket_closed = {
        .id = "locket-closed",
        .name = "locket closed",
        .init = peer_closed_init,
        .get = locket_malloc,
        .put = peer_put,
        .access = peer_access,
};

const struct bench_peer bench_locket_checked = {
        .id = "locket-checked",
        .name = "locket checked",
        .init = peer_checked_init,
        .get = peer_arena_get,
        .put = peer_put,
        .access = peer_access,
};

const struct bench_peer bench_locket_reserved = {
        .id = "locket-reserved",
        .name = "locket checked, reserved",
        .prepared = 1,
        .init = peer_reserved_init,
        .get = peer_arena_get,
        .put = peer_put,
        .access = peer_access,
};

const struct bench_peer bench_locket_compact = {
        .id = "locket-compact",
        .name = "locket compact",
        .init = peer_compact_init,
        .get = peer_arena_get,
        .put = peer_put,
};

const struct bench_peer bench_locket_dense = {
        .id = "locket-dense",
        .name = "locket compact, aligned to 8",
        .init = peer_compact_init,
        .get = peer_dense_get,
        .put = peer_put,
};
