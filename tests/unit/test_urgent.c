/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_urgent.c - a real-time thread that waits for a lock of locket's is not held up by
 * threads of a priority between it and the owner.
 *
 * All on one processor: a thread of low priority has the lock and works, one of
 * high priority comes to wait for it, one between them works much longer.  If the
 * owner did not inherit, the one between would end first.  Only the order counts.
 */
#define _GNU_SOURCE 1 /* cpu_set_t */

#include "unit.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include "home.h"
#include "locket.h"
#include "word.h"

enum { PLAIN = 0, LOW = 10, MEDIUM = 20, HIGH = 30, MOST = 40 };

static struct locket_arena *arena;      /* has a cap: one lock for all threads */
static sem_t have;
static uint32_t order;                  /* how many have ended */
static uint32_t medium_is, high_is;
static uint32_t go;

/* Work of a while: some 5 ms a unit. */
static void work(unsigned units)
{
        volatile uint32_t spin = 0;

        while (spin < units * 1000000u) {
                spin += 1;
        }
}

static uint32_t ended(void)
{
        return locket_add(&order, 1);
}

static pthread_t start(void *(*body)(void *), int priority)
{
        const struct sched_param how = { .sched_priority = priority };
        pthread_attr_t attributes;
        pthread_t thread;

        NEED(pthread_attr_init(&attributes) == 0);
        NEED(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED) == 0);
        NEED(pthread_attr_setschedpolicy(&attributes,
                                          priority == PLAIN ? SCHED_OTHER : SCHED_FIFO) == 0);
        NEED(pthread_attr_setschedparam(&attributes, &how) == 0);
        NEED(pthread_create(&thread, &attributes, body, NULL) == 0);
        (void)pthread_attr_destroy(&attributes);
        return thread;
}

/* One has the innermost lock, and another waits for it, both of no real time: what
 * that one inherits must go on to the first. */
static void *lower(void *unused)
{
        struct locket_lock *spans = &locket_home_here()->tables.span_lock;

        locket_lock_take(spans);
        NEED(sem_post(&have) == 0);
        while (locket_load(&go) == 0) {
        }
        work(4);
        locket_lock_drop(spans);
        return unused;
}

static void *low(void *nested)
{
        struct locket_lock *spans = &locket_home_here()->tables.span_lock;

        locket_lock_take(&arena->lock);
        NEED(sem_post(&have) == 0);
        if (nested != NULL) {
                locket_lock_take(spans);
        }
        work(4);
        if (nested != NULL) {
                locket_lock_drop(spans);
        }
        locket_lock_drop(&arena->lock);
        return nested;
}

static void *low_nested(void *unused)
{
        (void)low(&order);
        return unused;
}

static void *medium(void *unused)
{
        work(60);
        medium_is = ended();
        return unused;
}

static void *high(void *unused)
{
        unsigned char *p = locket_arena_malloc(arena, 32);

        NEED(p != NULL);
        locket_free(p);
        high_is = ended();
        return unused;
}

static void wait_for(sem_t *s)
{
        while (sem_wait(s) != 0) {
        }
}

/* One that owns, and one that it waits for itself, if ${nested}. */
static void ordered(int nested)
{
        pthread_t thread[4];
        int n = 0;

        order = 0;
        go = 0;
        if (nested) {
                thread[n++] = start(lower, PLAIN);
                wait_for(&have);
        }
        thread[n++] = start(nested ? low_nested : low, nested ? PLAIN : LOW);
        wait_for(&have);
        if (nested) {
                (void)usleep(50000); /* it comes to wait */
                locket_store(&go, 1);
        }
        thread[n++] = start(high, HIGH);
        thread[n++] = start(medium, MEDIUM); /* neither runs before this one waits */
        while (n > 0) {
                NEED(pthread_join(thread[--n], NULL) == 0);
        }
        SAME(high_is, 1);
        SAME(medium_is, 2);
}

static int can_hurry(void)
{
        const struct sched_param most = { .sched_priority = MOST };
        cpu_set_t here;
        cpu_set_t one;
        size_t cpu = 0;

        NEED(sched_getaffinity(0, sizeof here, &here) == 0);
        while (!CPU_ISSET(cpu, &here)) {
                cpu++;
        }
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        NEED(sched_setaffinity(0, sizeof one, &one) == 0);
        return sched_setscheduler(0, SCHED_FIFO, &most) == 0;
}

CASE(urgent_threads)
{
        struct locket_policy policy;

        if (unit_light()) {
                return; /* valgrind lets one thread run at a time, whatever its priority */
        }
        locket_policy_init(&policy);
        policy.capacity = (size_t)1 << 20;
        arena = locket_arena_create(&policy);
        NEED(arena != NULL && sem_init(&have, 0, 0) == 0);
        if (!can_hurry()) {
                NEED(geteuid() != 0); /* who may not is no root */
                return;
        }
        ordered(0);
        ordered(1);
        ordered(0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(urgent_threads),
        };

        return cmocka_run_group_tests_name("urgent", tests, NULL, NULL);
}
