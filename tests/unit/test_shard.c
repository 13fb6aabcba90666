/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_shard.c - the arenas behind one handle: made when threads meet, one
 * account where the caller asked for one, ended together.
 */
#include "unit.h"

#include <pthread.h>
#include <sys/wait.h>

#include "home.h"
#include "policy.h"
#include "shard.h"

/* How many shards handle ${i} has. */
static unsigned shards(uint32_t i)
{
        const struct locket_home *h = locket_home_here();
        unsigned count = 1;
        uint32_t n;

        for (n = 1; n < LOCKET_SHARDS; n++) {
                count += h->shard[i][n] != 0;
        }
        return count;
}

/* The index of the arena that ${p} is in. */
static uint32_t owner(const void *p)
{
        const struct locket_found found = locket_home_find((uintptr_t)p);

        NEED(found.arena != NULL);
        locket_home_leave(found.arena);
        return found.arena->index;
}

/* A secret got while the lock of arena ${i} is not free, as if another thread had
 * it: a thread that has one itself gets none. */
static void *get_beside(uint32_t i, struct locket_arena *arena)
{
        struct locket_home *h = locket_home_here();
        void *p;

        locket_lock_take(&h->arena[i].lock);
        locket_lock_renew();
        p = arena == NULL ? locket_malloc(32) : locket_arena_malloc(arena, 32);
        locket_lock_clear(&h->arena[i].lock);
        NEED(p != NULL);
        return p;
}

CASE(alone_one_arena)
{
        void *p[100];
        unsigned i;

        for (i = 0; i < 100; i++) {
                p[i] = locket_malloc(32);
                SAME(owner(p[i]), 0);
        }
        for (i = 0; i < 100; i++) {
                locket_free(p[i]);
        }
        SAME(shards(0), 1);
        SAME(locket_home_here()->most, 1);
}

CASE(beside_a_lock)
{
        struct locket_home *h;
        unsigned char *p = locket_malloc(32);
        unsigned char *q = get_beside(0, NULL);
        unsigned char *r = locket_malloc(32);

        h = locket_home_here();
        SAME(shards(0), 2);
        SAME(owner(p), 0);
        SAME(owner(q), h->shard[0][1] - 1);
        SAME(owner(r), owner(q)); /* this thread stays there */
        memset(q, 0x5a, 32);
        q = locket_realloc(q, 3000);
        NEED(q != NULL && q[31] == 0x5a);
        SAME(h->arena[h->shard[0][1] - 1].live, 2);
        locket_free(p);
        locket_free(q);
        locket_free(r);
        SAME(h->arena[h->shard[0][1] - 1].live, 0);
}

CASE(each_shard_in_turn)
{
        struct locket_home *h;
        uint32_t n;

        locket_free(locket_malloc(1));
        h = locket_home_here();
        for (n = 0; n + 1 < LOCKET_SHARDS; n++) {
                const uint32_t last = n == 0 ? 0 : h->shard[0][n] - 1;
                void *p = get_beside(last, NULL);

                SAME(owner(p), h->shard[0][n + 1] - 1);
                locket_free(p);
        }
        SAME(shards(0), LOCKET_SHARDS);
        SAME(owner(get_beside(h->shard[0][LOCKET_SHARDS - 1] - 1, NULL)), 0);
        SAME(shards(0), LOCKET_SHARDS);
}

/* What shards keep is together no more than twice what one arena keeps. */
CASE(kept)
{
        struct locket_home *h;
        size_t kept = 0;
        uint32_t i;

        locket_free(locket_malloc(1));
        h = locket_home_here();
        for (i = 0; i + 1 < LOCKET_SHARDS; i++) {
                void *p[600];
                unsigned n;

                p[0] = get_beside(i == 0 ? 0 : h->shard[0][i] - 1, NULL);
                for (n = 1; n < 600; n++) {
                        p[n] = locket_malloc(4000);
                        NEED(p[n] != NULL);
                }
                for (n = 0; n < 600; n++) {
                        locket_free(p[n]);
                }
        }
        for (i = 0; i < h->most; i++) {
                kept += h->arena[i].kept_bytes;
        }
        NEED(kept > LOCKET_KEEP_BYTES / 2 && kept <= 2 * LOCKET_KEEP_BYTES);
        SAME(unit_locked(), kept);
}

CASE(destroyed_together)
{
        struct locket_arena *arena = locket_arena_create(NULL);
        struct locket_arena *inner;
        struct locket_home *h = locket_home_here();
        const size_t locked = unit_locked();
        void *p = get_beside(1, arena);
        uint32_t k;

        SAME(arena->index, 1);
        k = h->shard[1][1] - 1;
        SAME(owner(p), k);
        inner = &h->arena[k];
        errno = 0;
        NEED(locket_arena_malloc(inner, 32) == NULL && errno == EINVAL); /* no handle */
        NEED(locket_arena_destroy(inner) == -1 && errno == EINVAL);
        NEED(locket_arena_destroy(arena) == -1 && errno == EBUSY);
        SAME(inner->used, 1);
        locket_free(p);
        SAME(locket_arena_destroy(arena), 0);
        SAME(inner->used, 0);
        SAME(inner->slabs, 0);
        SAME(h->group[k], 0);
        SAME(shards(1), 1);
        SAME(unit_locked(), locked);
        NEED(locket_arena_destroy(arena) == -1 && errno == EINVAL);
}

CASE(one_account)
{
        struct locket_policy policy;
        struct locket_arena *capped;
        struct locket_arena *reserved = locket_arena_create(NULL);
        struct locket_home *h = locket_home_here();
        void *p;

        locket_policy_init(&policy);
        policy.capacity = 1 << 20;
        capped = locket_arena_create(&policy);
        SAME(h->whole[capped->index], 1);
        locket_free(get_beside(reserved->index, reserved));
        SAME(h->whole[reserved->index], 0);
        SAME(shards(reserved->index), 2);
        SAME(locket_arena_reserve(reserved, 4, 32), 0);
        SAME(h->whole[reserved->index], 1);
        p = locket_arena_malloc(reserved, 32);
        SAME(owner(p), reserved->index); /* although this thread was in another */
        locket_free(p);
        SAME(locket_arena_destroy(reserved), 0);
        SAME(locket_arena_destroy(capped), 0);
}

/* No arena is left for a shard: then one waits. */
CASE(no_arena_left)
{
        struct locket_arena *last = NULL;
        struct locket_arena *arena;
        struct locket_home *h;
        void *p;

        while ((arena = locket_arena_create(NULL)) != NULL) {
                last = arena;
        }
        SAME(errno, ENOMEM);
        h = locket_home_here();
        SAME(locket_home_shard(h, last->index, 1), LOCKET_NONE);
        p = locket_arena_malloc(last, 32);
        SAME(owner(p), last->index);
        locket_free(p);
}

#define THREADS 4u
#define ROUNDS 20000u

static void *left[THREADS];

/* Gets and frees; leaves one secret for another thread. */
static void *busy(void *arena)
{
        static uint32_t next;
        const uint32_t me = __atomic_fetch_add(&next, 1, __ATOMIC_SEQ_CST) % THREADS;
        unsigned i;

        for (i = 0; i < ROUNDS; i++) {
                unsigned char *p = locket_arena_malloc(arena, 32);

                NEED(p != NULL);
                p[0] = 1;
                locket_free(p);
        }
        left[me] = locket_arena_malloc(arena, 32);
        return NULL;
}

static void race(struct locket_arena *arena)
{
        pthread_t thread[THREADS];
        unsigned i;

        for (i = 0; i < THREADS; i++) {
                SAME(pthread_create(&thread[i], NULL, busy, arena), 0);
        }
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
}

CASE(threads)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        unsigned i;

        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        arena = locket_arena_create(&policy);
        race(arena);
        SAME(locket_validate(), 0);
        NEED(locket_arena_destroy(arena) == -1 && errno == EBUSY);
        for (i = 0; i < THREADS; i++) {
                NEED(left[i] != NULL);
                locket_free(left[i]); /* another thread's */
        }
        SAME(locket_arena_destroy(arena), 0);
        SAME(unit_locked(), 0);
}

/* The cap is never passed, whichever threads ask. */
CASE(threads_under_a_cap)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        unsigned i;

        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        policy.capacity = 64 * unit_page();
        arena = locket_arena_create(&policy);
        race(arena);
        SAME(shards(arena->index), 1);
        NEED(arena->peak_locked <= 64 * unit_page());
        for (i = 0; i < THREADS; i++) {
                locket_free(left[i]);
        }
        SAME(locket_arena_destroy(arena), 0);
}

/* A child has every shard, with locks of its own. */
CASE(child)
{
        struct locket_home *h;
        void *p = locket_malloc(32);
        void *q = get_beside(0, NULL);
        pid_t pid;
        int status;

        h = locket_home_here();
        pid = fork();
        NEED(pid >= 0);
        if (pid == 0) {
                void *r = locket_malloc(32);
                void *s = get_beside(h->shard[0][1] - 1, NULL);

                SAME(owner(r), h->shard[0][1] - 1);
                NEED(owner(s) != owner(r));
                SAME(h->arena[h->shard[0][1] - 1].keep_limit, LOCKET_KEEP_BYTES / LOCKET_SHARDS);
                locket_free(p);
                locket_free(q);
                locket_free(r);
                locket_free(s);
                _exit(0);
        }
        SAME(waitpid(pid, &status, 0), pid);
        SAME(status, 0);
        locket_free(p);
        locket_free(q);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(alone_one_arena),
                cmocka_unit_test(beside_a_lock),
                cmocka_unit_test(each_shard_in_turn),
                cmocka_unit_test(kept),
                cmocka_unit_test(destroyed_together),
                cmocka_unit_test(one_account),
                cmocka_unit_test(no_arena_left),
                cmocka_unit_test(threads),
                cmocka_unit_test(threads_under_a_cap),
                cmocka_unit_test(child),
        };

        return cmocka_run_group_tests_name("shard", tests, NULL, NULL);
}
