/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * refused.c - what a kernel that lacks or refuses something must not spoil, case
 * by case, each in a process of its own.
 */
#include "fault.h"

#include "locket.h"

/* The first call of ${f} from now on fails, or all. */
static void plan(enum fault_function f, int forever, int error)
{
        memset(fault_plan, 0, sizeof *fault_plan);
        fault_plan->function = f;
        fault_plan->n = 1;
        fault_plan->forever = forever;
        fault_plan->error = error;
        fault_plan->armed = 1;
}

/* -------------------------------------- a protection that nobody has asked for */

/* A kernel without advice ${f}: an arena that has it LOCKET_OFF works, and spoils no
 * span, of which there are 1,024. */
static void lacks(void *f)
{
        const enum fault_function advice = *(enum fault_function *)f;
        struct locket_policy policy;
        int round;

        plan(advice, 1, EINVAL);
        locket_policy_init(&policy);
        policy.undumped = advice == FAULT_UNDUMP ? LOCKET_OFF : LOCKET_REQUIRE;
        policy.fork_safe = advice == FAULT_UNDUMP ? LOCKET_REQUIRE : LOCKET_OFF;
        for (round = 0; round < 1200; round++) {
                struct locket_arena *a = locket_arena_create(&policy);
                unsigned char *p = locket_arena_malloc(a, 100);
                struct locket_report r = { 0 };

                NEED(a != NULL && p != NULL);
                NEED(locket_inspect(p, &r) == 0);
                SAME(r.undumped.in_force, advice != FAULT_UNDUMP);
                SAME(r.fork_safe.in_force, advice == FAULT_UNDUMP);
                SAME(r.undumped.error + r.fork_safe.error, 0);
                locket_free(p);
                NEED(locket_arena_destroy(a) == 0);
        }
        errno = 0;
        NEED(locket_malloc(100) == NULL && errno == ENOTSUP); /* it is required there */
}

void refused_off(void **state)
{
        static enum fault_function advice[2] = { FAULT_UNDUMP, FAULT_WIPE_ON_FORK };

        (void)state;
        assert_true(unit_ends(lacks, &advice[0]));
        assert_true(unit_ends(lacks, &advice[1]));
}

/* ------------------------------------------------------------------ wiping all */

static unsigned char *secret[4];
static const size_t size[4] = { 10000, 100, 20000, 50 };
static const enum locket_access mode[4] = { LOCKET_NO_ACCESS, LOCKET_READ_ONLY,
                                            LOCKET_READ_ONLY, LOCKET_READ_WRITE };

static void secrets(void)
{
        size_t i;

        memset(fault_plan, 0, sizeof *fault_plan); /* another case's */
        for (i = 0; i < 4; i++) {
                secret[i] = locket_malloc(size[i]);
                NEED(secret[i] != NULL);
                memset(secret[i], FAULT_PATTERN, size[i]);
                NEED(locket_protect(secret[i], mode[i]) == 0);
        }
}

/* Each page of each secret has the access that it had, and the library knows. */
static void as_they_were(void)
{
        static const char *const access[] = { "---p", "r--p", "rw-p" };
        size_t i;
        size_t k;

        for (i = 0; i < 4; i++) {
                struct locket_report r = { 0 };

                NEED(locket_inspect(secret[i], &r) == 0);
                SAME(r.access, mode[i]);
                for (k = 0; k < size[i]; k += 4096) {
                        NEED(strcmp(unit_access(secret[i] + k), access[mode[i]]) == 0);
                }
                NEED(strcmp(unit_access(secret[i] + size[i] - 1), access[mode[i]]) == 0);
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < 4; i++) {
                locket_free(secret[i]);
        }
        SAME(unit_zero(secret[0], size[0]), 1);
}

/* A secret cannot be closed again, or a part of it only. */
static void wipes_but_cannot_close(void *function)
{
        size_t i;

        secrets();
        plan(*(enum fault_function *)function, 0, ENOMEM);
        fault_plan->part = 4096;
        locket_wipe_all();
        fault_plan->armed = 0;
        SAME(fault_plan->struck, 1);
        for (i = 0; i < 4; i++) {
                NEED(unit_zero(secret[i], size[i]));
        }
        as_they_were();
}

void refused_to_close(void **state)
{
        static enum fault_function f[2] = { FAULT_CLOSE, FAULT_READ_ONLY };

        (void)state;
        assert_true(unit_ends(wipes_but_cannot_close, &f[0]));
        assert_true(unit_ends(wipes_but_cannot_close, &f[1]));
}

/* Secrets cannot be opened as a whole, only the first page of each; or once: then all
 * pages can. */
static void wipes_what_it_can(void *forever)
{
        size_t i;

        secrets();
        plan(FAULT_OPEN, *(int *)forever, ENOMEM);
        fault_plan->part = 4096;
        locket_wipe_all();
        fault_plan->armed = 0;
        NEED(fault_plan->struck > 0);
        for (i = 0; i < 4; i++) {
                SAME(unit_zero(secret[i], size[i]),
                     *(int *)forever == 0 || mode[i] == LOCKET_READ_WRITE);
        }
        as_they_were();
}

void refused_to_open(void **state)
{
        static int forever[2] = { 0, 1 };

        (void)state;
        assert_true(unit_ends(wipes_what_it_can, &forever[0]));
        assert_true(unit_ends(wipes_what_it_can, &forever[1]));
}

/* ------------------------------------------------------------------ page sizes */

/* With pages of 1 KiB, which no Linux has, the largest sizes have no class. */
static void no_class(void *unused)
{
        struct locket_budget budget = { 0 };
        int used;

        (void)unused;
        for (used = 0; used < 2; used++) {
                memset(fault_plan, 0, sizeof *fault_plan);
                fault_plan->page = 1024;
                NEED(locket_budget(LOCKET_MAX_SIZE, &budget) == 0);
                SAME(budget.page_size, 1024);
                SAME(budget.guarded_room, 0);
                fault_plan->page = 0;
                NEED(locket_malloc(10) != NULL);
        }
}

void refused_small_pages(void **state)
{
        (void)state;
        assert_true(unit_ends(no_class, NULL));
}
