/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: of two threads that free one secret at the same time, exactly one
 *          succeeds and the other is reported: one line, one abort.
 * Attack:  two threads meet at a barrier and free, until one is caught.
 */
#include <pthread.h>

#include "crime.h"

static pthread_barrier_t race_start;

static void *
race(void *p)
{
        (void)pthread_barrier_wait(&race_start);
        locket_free(p);
        return NULL;
}

int
main(void)
{
        pthread_t other;
        void *p = (void *)crime_secret(32);

        crime_start();
        crime_expect(p);
        crime_check(pthread_barrier_init(&race_start, NULL, 2) == 0, "barrier");
        crime_check(pthread_create(&other, NULL, race, p) == 0, "thread");
        (void)race(p);
        (void)pthread_join(other, NULL);
        return 0;
}
