/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * states.c - what a process can have before it asks.
 */
#include <pthread.h>
#include <sys/mman.h>

#include "budget.h"

enum { STATE_THREADS = 4, STATE_FEW = 3 };

void
state_nothing(void)
{
}

static void
state_lock(size_t pages)
{
        const size_t bytes = pages * kernel_page();
        void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        CHECK(p != MAP_FAILED);
        CHECK(mlock(p, bytes) == 0);
}

/* Somebody else has locked some. */
void
state_locked(void)
{
        state_lock(1);
        locket_free(kernel_secret(NULL, 32));
        state_lock(4);
}

/* Mappings of others, and secrets of locket's between them in time. */
void
state_mapped(void)
{
        size_t i;

        (void)kernel_secret(NULL, 32);
        for (i = 0; i < 101; i++)
                CHECK(mmap(NULL, kernel_page(), i % 2 ? PROT_READ : PROT_NONE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

/* Get ${count} secrets of ${size} bytes and free all but the last. */
static void
state_use(struct locket_arena *arena, size_t count, size_t size)
{
        void *p[16];
        size_t i;

        for (i = 0; i < count; i++)
                p[i] = kernel_secret(arena, size);
        for (i = 0; i + 1 < count; i++)
                locket_free(p[i]);
}

/* Kept, in quarantine, of several sizes. */
void
state_freed(void)
{
        state_use(NULL, 5, 32);
        state_use(NULL, 3, 5000);
        locket_free(kernel_secret(NULL, 9000));
        locket_free(kernel_secret(NULL, 100));
}

static struct locket_arena *
state_arena(enum locket_layout layout, enum locket_demand locked, size_t quarantine)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        locket_policy_init(&policy);
        policy.layout = layout;
        policy.locked = locked;
        policy.quarantine = quarantine;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        return arena;
}

/* Arenas of both layouts, with secrets, kept places, reserves; some not locked. */
void
state_arenas(void)
{
        struct locket_arena *a = state_arena(LOCKET_GUARDED, LOCKET_REQUIRE, 1);
        struct locket_arena *b = state_arena(LOCKET_GUARDED, LOCKET_OFF, 8);
        struct locket_arena *c = state_arena(LOCKET_COMPACT, LOCKET_REQUIRE, 2);
        struct locket_arena *d = state_arena(LOCKET_COMPACT, LOCKET_PREFER, 8);
        struct locket_arena *e = state_arena(LOCKET_GUARDED, LOCKET_REQUIRE, 8);
        struct locket_arena *f = state_arena(LOCKET_GUARDED, LOCKET_REQUIRE, 2);

        state_use(f, 4, 32);
        CHECK(locket_arena_reserve(a, 2, 32) == 0);
        state_use(b, 4, 32);
        CHECK(locket_arena_reserve(b, 2, 32) == 0);
        state_use(c, 16, 100);
        locket_free(kernel_secret(c, 500));
        state_use(d, 3, 32);
        CHECK(locket_arena_reserve(d, 10, 200) == 0);
        locket_free(kernel_secret(e, 32));
        CHECK(locket_arena_destroy(e) == 0);
        locket_free(kernel_secret(a, 32));
}

static void *
state_thread(void *unused)
{
        size_t i;

        (void)unused;
        for (i = 0; i < 3000; i++)
                locket_free(locket_malloc(32)); /* the limit may be met: no matter */
        return NULL;
}

/* Threads that have met at a lock: shards, each with places kept. */
void
state_shards(void)
{
        pthread_t thread[STATE_THREADS];
        size_t i;

        for (i = 0; i < STATE_THREADS; i++)
                CHECK(pthread_create(&thread[i], NULL, state_thread, NULL) == 0);
        for (i = 0; i < STATE_THREADS; i++)
                CHECK(pthread_join(thread[i], NULL) == 0);
        for (i = 0; i < STATE_FEW; i++)
                (void)kernel_secret(NULL, 32);
}
