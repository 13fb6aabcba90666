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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(one_at_a_time),
                cmocka_unit_test(held_or_not),
                cmocka_unit_test(sleepers_are_woken),
        };

        return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
