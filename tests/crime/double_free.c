/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a second free of a secret is reported, whatever happened since.
 * Attack:  the second free comes at once, after traffic of other sizes, after
 *          the place has left quarantine, after a move, from another arena,
 *          or once a longer secret lies there: then it is an interior free.
 */
#include "crime.h"

static void *
moved(void)
{
        void *p = (void *)crime_secret(32);
        void *q = locket_realloc(p, 9000);

        crime_check(q != NULL && q != p, "realloc did not move");
        return p;
}

static void *
of_arena(void)
{
        struct locket_policy policy;
        void *p;

        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        p = locket_arena_malloc(locket_arena_create(&policy), 32);
        crime_check(p != NULL, "locket_arena_malloc failed");
        locket_free(p);
        return p;
}

/* A freed address that is now 16 bytes into a live secret. */
static void *
reused(void)
{
        void *p = (void *)crime_secret(32);
        size_t i;

        locket_free(p);
        for (i = 0; i < 10000; i++) {
                void *q = (void *)crime_secret(48);

                if ((uintptr_t)q + 16 == (uintptr_t)p)
                        return p;
                locket_free(q);
        }
        crime_check(0, "the place was not used again");
        return NULL;
}

int
main(int argc, char **argv)
{
        const char *when = crime_word(argc, argv, 1);
        void *p;

        crime_start();
        if (crime_is(when, "moved")) {
                p = moved();
        } else if (crime_is(when, "reused")) {
                p = reused();
        } else if (crime_is(when, "check")) {
                p = of_arena();
        } else {
                p = (void *)crime_secret(crime_number(argc, argv, 2));
                locket_free(p);
                if (crime_is(when, "traffic")) {
                        crime_traffic(100, 5000);
                        crime_traffic(3, 32);
                }
                if (crime_is(when, "quarantine"))
                        crime_traffic(1000, crime_number(argc, argv, 2));
        }
        crime_expect(p);
        if (crime_is(when, "sized"))
                locket_free_sized(p, crime_number(argc, argv, 2));
        locket_free(p);
        return 0;
}
