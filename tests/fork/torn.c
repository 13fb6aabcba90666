/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * torn.c - LOCKET_FORK_KEEP, and a child of clone(2) made while another thread
 * is in the middle of a call in the arena: it stands there, with the arena's lock,
 * and one secret has a canary that is not whole, as one has that is being resized.
 */
#include "fork.h"

#include <pthread.h>
#include <semaphore.h>

#include "home.h"

static struct parent torn;
static sem_t stands, may_go;

static void *in_a_call(void *unused)
{
        locket_lock_take(&torn.arena->lock);
        SAME(sem_post(&stands), 0);
        while (sem_wait(&may_go) != 0) {
        }
        locket_lock_drop(&torn.arena->lock);
        return unused;
}

/* The one is lost, wiped, and not taken for damaged; the others are kept. */
static void torn_child(void *unused)
{
        struct locket_report r = { 0 };
        int i;

        (void)unused;
        SAME(locket_inspect(torn.secret[OPEN], &r), 0);
        SAME(r.lost, 1);
        SAME(r.locked.in_force, 0);
        SAME(r.locked.error, EBUSY);
        NEED(unit_zero(torn.secret[OPEN], fork_size(OPEN) + 1));
        for (i = READ; i < SECRETS; i++) {
                SAME(locket_inspect(torn.secret[i], &r), 0);
                SAME(r.lost, 0);
                fork_inherited(&torn, i);
        }
        SAME(locket_validate(), 0);
        locket_free(torn.secret[OPEN]);
        fork_sound();
}

static void torn_keep(enum locket_fork unused)
{
        pthread_t thread;
        unsigned char *end;

        (void)unused;
        memset(&torn, 0, sizeof torn);
        torn.fork = LOCKET_FORK_KEEP;
        torn.how = HOW_RAW;
        fork_parent(&torn);
        SAME(sem_init(&stands, 0, 0), 0);
        SAME(sem_init(&may_go, 0, 0), 0);
        SAME(pthread_create(&thread, NULL, in_a_call, NULL), 0);
        while (sem_wait(&stands) != 0) {
        }
        end = torn.secret[OPEN] + fork_size(OPEN);
        *end ^= 1;
        SAME(fork_run(HOW_RAW, torn_child, NULL), 0);
        *end ^= 1;
        SAME(sem_post(&may_go), 0);
        SAME(pthread_join(thread, NULL), 0);
        fork_intact(&torn);
}

const struct fork_test torn_tests[] = {
        { "torn_keep", torn_keep, 1 },
        { NULL, NULL, 0 },
};
