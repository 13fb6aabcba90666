/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * nested.c - calls in a signal handler that has interrupted a call of the same
 * thread, at any instruction: they are refused, and nothing has changed, or they
 * are done; none waits for ever.
 */
#include "signal.h"

#include <errno.h>

#define SIZE 33u

static unsigned char *aside;            /* not one of the scene's */
static struct locket_arena *beside;

void signal_nested_begin(void)
{
        aside = locket_malloc(SIZE);
        beside = locket_arena_create(NULL);
        NEED(aside != NULL && beside != NULL);
}

#define REFUSED(call) NEED((errno = 0, (call)) && errno == EDEADLK)

static void refused(void)
{
        struct locket_report report = { 0 };
        struct locket_stats stats = { 0 };
        struct locket_budget budget = { 0 };

        REFUSED(locket_malloc(32) == NULL);
        REFUSED(locket_realloc(aside, 9000) == NULL);
        REFUSED(locket_size(aside) == 0);
        REFUSED(locket_protect(aside, LOCKET_NO_ACCESS) == -1);
        REFUSED(locket_inspect(aside, &report) == -1);
        REFUSED(locket_stats(&stats) == -1);
        REFUSED(locket_budget(32, &budget) == -1);
        REFUSED(locket_arena_malloc(beside, 32) == NULL);
        REFUSED(locket_arena_reserve(beside, 3, 32) == -1);
        REFUSED(locket_arena_destroy(beside) == -1);
        REFUSED(locket_arena_create(NULL) == NULL);
}

static void done(void)
{
        struct locket_report report = { 0 };
        struct locket_stats stats = { 0 };
        unsigned char *p = locket_malloc(32);

        NEED(p != NULL && signal_zero(p, 32));
        p = locket_realloc(p, 5000);
        NEED(p != NULL);
        locket_free(p);
        p = locket_arena_malloc(beside, 32);
        NEED(p != NULL);
        locket_free_sized(p, 32);
        NEED(locket_size(aside) == SIZE);
        NEED(locket_protect(aside, LOCKET_NO_ACCESS) == 0);
        NEED(locket_inspect(aside, &report) == 0 && report.access == LOCKET_NO_ACCESS);
        NEED(locket_protect(aside, LOCKET_READ_WRITE) == 0);
        NEED(locket_stats(&stats) == 0 && stats.live_secrets >= 1);
}

int signal_nested(void)
{
        const int before = errno;
        const int inside = signal_inside();

        if (inside) {
                refused();
        } else {
                done();
        }
        errno = before;
        return inside;
}
