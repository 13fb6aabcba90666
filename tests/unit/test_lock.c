/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_lock.c - one owner at a time, also when many wait; nobody sleeps on.
 */
#include "unit.h"

#include <pthread.h>

#include "lock.h"
#include "os.h"
#include "word.h"

#define THREADS 4u
#define ROUNDS 20000u

static struct locket_lock lock = LOCKET_LOCK_NEW;
static volatile uint32_t inside;
static volatile uint32_t counted; /* read and written in two steps */

static void *counts(void *rounds)
{
        uint32_t k;

        for (k = 0; k < *(uint32_t *)rounds; k++) {
                const uint32_t seen = (locket_lock_take(&lock), counted);

                inside += 1;
                SAME(inside, 1);
                SAME(locket_lock_held(&lock), 1);
                if (k % 64 == 0) {
                        (void)sched_yield(); /* the others come to wait */
                }
                inside -= 1;
                counted = seen + 1;
                locket_lock_drop(&lock);
        }
        return NULL;
}

CASE(one_at_a_time)
{
        uint32_t rounds = unit_light() ? ROUNDS / 50 : ROUNDS;
        pthread_t thread[THREADS];
        size_t i;

        for (i = 0; i < THREADS; i++) {
                SAME(pthread_create(&thread[i], NULL, counts, &rounds), 0);
        }
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
        SAME(counted, THREADS * rounds);
        SAME(lock.word, 0);
}

/* As short as can be, so that threads meet in the middle of taking it. */
static void *counts_bare(void *rounds)
{
        uint32_t k;

        for (k = 0; k < *(uint32_t *)rounds; k++) {
                locket_lock_take(&lock);
                counted += 1;
                locket_lock_drop(&lock);
        }
        return NULL;
}

CASE(no_count_is_lost)
{
        uint32_t rounds = unit_light() ? ROUNDS / 50 : 20 * ROUNDS;
        pthread_t thread[2];
        size_t i;

        counted = 0;
        for (i = 0; i < 2; i++) {
                SAME(pthread_create(&thread[i], NULL, counts_bare, &rounds), 0);
        }
        for (i = 0; i < 2; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
        SAME(counted, 2 * rounds);
        SAME(lock.word, 0);
}

CASE(held_or_not)
{
        struct locket_lock l;

        memset(&l, 0xaa, sizeof l);
        locket_lock_init(&l);
        SAME(locket_lock_held(&l), 0);
        SAME(l.disturbed, 0);
        errno = 4711;
        locket_lock_take(&l);
        SAME(locket_lock_held(&l), 1);
        locket_lock_drop(&l);
        SAME(locket_lock_held(&l), 0);
        locket_lock_take(&l);
        locket_lock_init(&l); /* as in a child */
        SAME(locket_lock_held(&l), 0);
        SAME(errno, 4711);
}

static uint32_t word;

static void *sleeps(void *slept)
{
        while (locket_load(&word) == 0) {
                locket_os_sleep(&word, 0);
                *(int *)slept += 1;
        }
        return NULL;
}

CASE(sleepers_are_woken)
{
        pthread_t thread[THREADS];
        int slept[THREADS] = { 0 };
        size_t i;

        errno = 4711;
        locket_os_sleep(&word, 1); /* it is not so: no sleep */
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_create(&thread[i], NULL, sleeps, &slept[i]), 0);
        }
        (void)usleep(1000); /* most of them sleep by now */
        locket_store(&word, 1);
        locket_os_wake(&word, INT_MAX);
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
        SAME(errno, 4711);
}

/* A thread that is in the middle of something says so, and forgets it in a child. */
CASE(what_it_does)
{
        struct locket_lock l = LOCKET_LOCK_NEW;

        SAME(locket_lock_does(LOCKET_LOCK_ANYTHING), 0);
        locket_lock_take(&l);
        SAME(locket_lock_try(&l), 0);
        SAME(locket_lock_inside(), 1);
        SAME(locket_lock_does(LOCKET_LOCK_WIPES | LOCKET_LOCK_REVIVES), 0);
        locket_lock_begins(LOCKET_LOCK_WIPES);
        locket_lock_begins(LOCKET_LOCK_WIPES);
        locket_lock_ends(LOCKET_LOCK_WIPES);
        SAME(locket_lock_does(LOCKET_LOCK_WIPES), 1);
        locket_lock_drop(&l);
        SAME(locket_lock_inside(), 0);
        locket_lock_ends(LOCKET_LOCK_WIPES);
        locket_lock_ends(LOCKET_LOCK_WIPES); /* none above none */
        SAME(locket_lock_does(LOCKET_LOCK_ANYTHING), 0);
        locket_lock_begins(LOCKET_LOCK_REVIVES);
        SAME(locket_lock_does(LOCKET_LOCK_REVIVES), 1);
        SAME(locket_lock_inside(), 0);
        locket_lock_take(&l);
        locket_lock_renew();
        SAME(locket_lock_does(LOCKET_LOCK_ANYTHING), 0);
        SAME(locket_lock_held(&l), 1);
        locket_lock_clear(&l);
        SAME(locket_lock_held(&l), 0);
}

/* Threads that wait in the two ways, mixed: still one at a time, and none is left
 * asleep. */
static void *counts_urgently(void *rounds)
{
        const struct sched_param low = { .sched_priority = 1 };

        if (pthread_setschedparam(pthread_self(), SCHED_RR, &low) != 0) {
                (void)fprintf(stderr, "no real-time thread may be made here\n");
        }
        return counts(rounds);
}

CASE(urgent_and_others)
{
        uint32_t rounds = unit_light() ? ROUNDS / 50 : ROUNDS;
        pthread_t thread[THREADS];
        size_t i;

        for (i = 0; i < THREADS; i++) {
                SAME(pthread_create(&thread[i], NULL, i % 2 == 0 ? counts : counts_urgently,
                                    &rounds), 0);
        }
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
        SAME(counted, THREADS * rounds);
        SAME(lock.word, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(one_at_a_time),
                cmocka_unit_test(no_count_is_lost),
                cmocka_unit_test(held_or_not),
                cmocka_unit_test(sleepers_are_woken),
                cmocka_unit_test(what_it_does),
                cmocka_unit_test(urgent_and_others),
        };

        return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
