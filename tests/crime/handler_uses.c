/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: the handler is called without any lock held, once the block was
 *          wiped: it may use locket, and so may other threads meanwhile.
 * Attack:  a handler that gets, resizes and frees, and waits for a thread.
 */
#include <pthread.h>

#include "crime.h"

static crime_byte *uses_secret;

static void *
uses_thread(void *unused)
{
        void *p = locket_malloc(32);

        crime_check(p != NULL, "malloc in a thread");
        p = locket_realloc(p, 6000);
        crime_check(p != NULL, "realloc in a thread");
        locket_free(p);
        return unused;
}

static void
uses(enum locket_violation kind, const void *address)
{
        struct locket_stats stats;
        pthread_t thread;

        stats.struct_size = sizeof stats;
        crime_check(kind == LOCKET_OVERFLOW, "kind");
        crime_check(locket_stats(&stats) == 0 && stats.violations == 1 &&
                    stats.live_secrets == 1, "stats");
        crime_check(locket_size(address) == 0, "the block is still live");
        crime_check(locket_size((void *)uses_secret) == 50, "size");
        crime_check(locket_validate() == 0, "validate");
        (void)uses_thread(NULL);
        crime_check(pthread_create(&thread, NULL, uses_thread, NULL) == 0 &&
                    pthread_join(thread, NULL) == 0, "pthread");
        locket_free((void *)uses_secret);
        locket_wipe_all();
        crime_say("used");
}

int
main(void)
{
        crime_byte *p = crime_secret(30);

        crime_start();
        uses_secret = crime_secret(50);
        crime_check(locket_on_violation(uses) == NULL, "a handler was there");
        crime_expect((void *)p);
        crime_change(p + 30);
        locket_free((void *)p);
        return 0;
}
