/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * shard.h - stage 14: the arenas behind one handle, so that threads do not wait
 * for each other.
 *
 * A handle has one arena of its own, and up to LOCKET_SHARDS - 1 more with the
 * same policy.  A thread takes secrets from the shard that it took the last one
 * from; when another thread has that one's lock, from the next.  So a program
 * whose threads never meet has one arena, and no call waits while a shard is
 * free.  Which shard a secret is in follows from its address: any thread may
 * free it.
 *
 * Handles with a cap, and those of which something was reserved, have one arena
 * for all threads: both are accounts of the whole.
 */
#ifndef LOCKET_SHARD_H
#define LOCKET_SHARD_H

#include "home.h"

/**
 * locket_shard_take(h, i):
 * An arena of handle ${i}, locked; NULL if the handle was destroyed.
 */
LOCKET_INTERNAL struct locket_arena *locket_shard_take(struct locket_home *h, uint32_t i);

/**
 * locket_shard_whole(h, i):
 * The own arena of handle ${i}, locked, and from now on the only one that
 * secrets are taken from; NULL if the handle was destroyed.
 */
LOCKET_INTERNAL struct locket_arena *locket_shard_whole(struct locket_home *h, uint32_t i);

#endif
