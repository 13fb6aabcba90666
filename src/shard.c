/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * shard.c - stage 14: the arenas behind one handle, so that threads do not wait
 * for each other.
 *
 * Knows:    which thread took from which shard last.
 * Promises: a thread waits only if all shards are taken.
 * Tests:    tests/unit/test_shard.c; tests/bench (two threads)
 */
#include "shard.h"

#include "os.h"
#include "turn.h"
#include "word.h"

/* What hardly ever runs stays out of what always does. */
#if defined(__GNUC__)
#define LOCKET_SHARD_RARE __attribute__((noinline, cold))
#else
#define LOCKET_SHARD_RARE
#endif

/* Have arena ${k} if it still is a shard of handle ${i}: 1, and it has its turn
 * there.  ${wait}: for as long as that takes. */
LOCKET_INLINE int locket_shard_try(struct locket_home *h, uint32_t i, uint32_t k, int wait)
{
        struct locket_arena *a = &h->arena[k];

        if (wait) {
                locket_turn_begin(a);
        } else if (!locket_turn_begin_if_free(a)) {
                return 0;
        }
        if (a->used != 0 && h->group[k] == i + 1) {
                return 1;
        }
        locket_turn_end(a);
        return 0;
}

/* Where this thread remembers which shard of handle ${i} it uses.  Two threads in one
 * place only wait more often. */
static uint32_t *locket_shard_choice(struct locket_home *h, uint32_t i)
{
        return &h->choice[i][locket_os_thread() % LOCKET_CHOICES];
}

/* An arena of handle ${i}, as another thread has the one that ${choice} says: the next
 * one that nobody has. */
LOCKET_SHARD_RARE static struct locket_arena *locket_shard_search(struct locket_home *h, uint32_t i,
                                                                  uint32_t *choice)
{
        const uint32_t first = locket_load(choice);
        uint32_t n;

        for (n = 0; n < LOCKET_SHARDS && locket_load(&h->whole[i]) == 0; n++) {
                const uint32_t at = (first + n) % LOCKET_SHARDS;
                const uint32_t k = locket_home_shard(h, i, at);

                if (k != LOCKET_NONE && locket_shard_try(h, i, k, 0)) {
                        if (n != 0) {
                                locket_store(choice, at);
                        }
                        return &h->arena[k];
                }
        }
        return locket_shard_try(h, i, i, 1) ? &h->arena[i] : NULL;
}

struct locket_arena *locket_shard_take(struct locket_home *h, uint32_t i)
{
        uint32_t *choice = locket_shard_choice(h, i);
        const uint32_t first = locket_load(choice) % LOCKET_SHARDS;
        const uint32_t k = locket_load(&h->whole[i]) != 0 ? i : locket_home_shard(h, i, first);

        if (k != LOCKET_NONE && locket_shard_try(h, i, k, 0)) {
                return &h->arena[k];
        }
        return locket_shard_search(h, i, choice);
}

struct locket_arena *locket_shard_whole(struct locket_home *h, uint32_t i)
{
        locket_store(&h->whole[i], 1);
        return locket_shard_try(h, i, i, 1) ? &h->arena[i] : NULL;
}
