/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * main.c - what Eva follows: short lives of a few secrets, each in a fresh
 * process, with every size of a list, unknown bytes and keys, and the failure
 * of each single call of the system.
 */
#include "eva.h"

#include <errno.h>

#include "locket.h"
#include "secure_memory.h"

#define EVA_PAGE 1024u

/* Calls of the system in eva_failure, at most. */
#define EVA_CALLS 40

static const size_t eva_sizes[] = { 0, 1, 16, 41, 1008, 1009, 2500 };
static const size_t eva_alignments[] = { 1, 32, 1024 };

/* One of the numbers of a list, each followed by itself. */
#define EVA_PICK(list) list[Frama_C_interval_split(0, (int)(sizeof list / sizeof list[0]) - 1)]

static int eva_handled;

static void eva_handler(enum locket_violation kind, const void *address)
{
        EVA_CHECK(kind >= LOCKET_DOUBLE_FREE && kind <= LOCKET_METADATA_DAMAGE);
        EVA_CHECK(address != NULL && eva_handled == 0);
        eva_handled = 1;
}

/* Unknown bytes at both ends of a secret, which are where things go wrong. */
static void eva_use(unsigned char *p, size_t size)
{
        size_t i;

        EVA_CHECK(size == 0 || eva_any(p, 0, size) == 0);
        for (i = 0; i < size && i < 20; i++) {
                p[i] = (unsigned char)eva_unknown;
                p[size - 1 - i] = (unsigned char)eva_unknown;
        }
}

/* A policy that differs from the default in one thing. */
static void eva_policy(struct locket_policy *policy, int which)
{
        locket_policy_init(policy);
        policy->quarantine = 1;
        policy->label = "eva";
        switch (which) {
        case 1:
                policy->freed = LOCKET_FREED_CHECK;
                break;
        case 2:
                policy->locked = LOCKET_PREFER;
                break;
        case 3:
                policy->locked = LOCKET_OFF;
                policy->undumped = LOCKET_OFF;
                policy->fork_safe = LOCKET_OFF;
                policy->unmerged = LOCKET_OFF;
                break;
        case 4:
                policy->capacity = 3 * EVA_PAGE;
                policy->quarantine = 0;
                break;
        default:
                break;
        }
}

/* Each size and alignment; each access mode at the time of the free. */
static void eva_life(void)
{
        const size_t size = EVA_PICK(eva_sizes);
        unsigned char *p = locket_malloc(size);

        if (p != NULL) {
                eva_use(p, size);
                EVA_CHECK(locket_size(p) == size);
                locket_free_sized(p, size);
                eva_check_zero();
        }
}

static void eva_aligned(void)
{
        const size_t alignment = EVA_PICK(eva_alignments);
        unsigned char *p = locket_aligned_alloc(alignment, 41);

        EVA_CHECK(locket_aligned_alloc(3, 41) == NULL && errno == EINVAL);
        if (p != NULL) {
                EVA_CHECK((uintptr_t)p % alignment == 0);
                eva_use(p, 41);
                locket_free(p);
                eva_check_zero();
        }
}

/* In each access mode, and in none that there is. */
static void eva_access(void)
{
        struct locket_report report;
        unsigned char *p;

        eva_certain = 1;
        p = locket_malloc(1000);
        if (p != NULL) {
                eva_use(p, 1000);
                (void)locket_protect(p, (enum locket_access)Frama_C_interval_split(0, 3));
                report.struct_size = sizeof report;
                EVA_CHECK(locket_inspect(p, &report) == 0 && report.size == 1000);
                EVA_CHECK(locket_validate() == 0);
                locket_wipe_all();
                EVA_CHECK(eva_any(p, 0, 1000) == 0);
                eva_interrupts = 1;
                locket_free(p);
                EVA_CHECK(eva_interrupts == 0);
                eva_check_zero();
        }
}

/* Grown, shrunk, in place and elsewhere; closed before or not. */
static void eva_realloc(void)
{
        const size_t from = Frama_C_interval_split(0, 1) ? 41 : 1009;
        const size_t to = Frama_C_interval_split(0, 1) ? 40 : 1500;
        unsigned char *p;
        unsigned char *q;

        eva_certain = 1;
        p = locket_calloc(1, from);
        if (p != NULL) {
                eva_use(p, from);
                if (Frama_C_interval_split(0, 1)) {
                        (void)locket_protect(p, LOCKET_NO_ACCESS);
                }
                q = locket_realloc(p, to);
                EVA_CHECK(q != NULL);
                if (to > from) {
                        EVA_CHECK(eva_any(q, from, to) == 0);
                }
                q = locket_realloc(q, 0);
                EVA_CHECK(q == NULL);
                eva_check_zero();
        }
}

/* What a user does wrong. */
static void eva_crime(void)
{
        const int crime = Frama_C_interval_split(0, 8);
        unsigned char *p = alloc_secure_memory(24);
        unsigned char *q = locket_malloc(0);
        struct locket_arena *a;
        struct locket_policy policy;

        if (p == NULL || q == NULL) {
                return;
        }
        (void)locket_on_violation(eva_handler);
        switch (crime) {
        case 0:
                locket_free(p);
                locket_free(p);
                EVA_CHECK(0);
        case 1:
                locket_free(p + 1);
                EVA_CHECK(0);
        case 2:
                locket_free((void *)(uintptr_t)(EVA_PICK(eva_sizes) * 8192u));
                EVA_CHECK(crime == 9 || crime == 2); /* NULL is allowed */
                break;
        case 3:
                free_secure_memory(p, 23);
                EVA_CHECK(0);
        case 4:
                p[24] = (unsigned char)eva_unknown;
                locket_free(p);
                break;
        case 5:
                p[-1] = (unsigned char)eva_unknown;
                (void)locket_realloc(p, 25);
                break;
        case 6:
                locket_free(p);
                locket_free(q);
                eva_policy(&policy, 1);
                a = locket_arena_create(&policy);
                p = a == NULL ? NULL : locket_arena_malloc(a, 24);
                if (p != NULL) {
                        locket_free(p);
                        /* known: Eva does not see that a byte which passed the
                         * check for zero is zero */
                        p[3] = (unsigned char)Frama_C_interval_split(0, 1);
                        (void)locket_arena_destroy(a);
                        eva_check_zero();
                }
                break;
        case 7:
                EVA_CHECK(locket_size(q) == 0 && locket_size(p + 1) == 0);
                EVA_CHECK(locket_protect(p + 1, LOCKET_READ_ONLY) == -1);
                EVA_CHECK(locket_inspect(p, NULL) == -1);
                break;
        default:
                locket_wipe(p, 24);
                EVA_CHECK(locket_equal(p, q, 0) == 1 && eva_any(p, 0, 24) == 0);
                EVA_CHECK(locket_version() != NULL && locket_harden_process() == 0);
                break;
        }
}

/* One call of the system fails, or all from it on, the first ones of the
 * process included; what came before the failure is still right. */
static void eva_failure(void)
{
        unsigned char *p;
        unsigned char *q;

        eva_certain = 1;
        eva_lasting = Frama_C_interval_split(0, 1);
        eva_fail = Frama_C_interval_split(1, EVA_CALLS);
        p = locket_malloc(41);
        if (p != NULL) {
                eva_use(p, 41);
                q = locket_realloc(p, 1100);
                p = q == NULL ? p : q;
                (void)locket_protect(p, LOCKET_READ_ONLY);
                locket_free(p);
        }
        eva_check_zero();
}

/* An arena of each policy, from its beginning to its end. */
static void eva_arena(int which)
{
        struct locket_policy policy;
        struct locket_arena *a;
        unsigned char *p;
        unsigned char *q;

        eva_certain = 1;
        eva_policy(&policy, which);
        a = locket_arena_create(&policy);
        if (a == NULL) {
                return;
        }
        p = locket_arena_malloc(a, 100);
        EVA_CHECK(p != NULL);
        q = locket_realloc(p, 1500);
        p = q == NULL ? p : q;
        EVA_CHECK(locket_arena_destroy((struct locket_arena *)((char *)a + 8)) == -1);
        EVA_CHECK(locket_arena_destroy(a) == -1 && errno == EBUSY);
        locket_free(p);
        eva_fail = which == 4 ? Frama_C_interval_split(0, 1) : 0;
        if (locket_arena_destroy(a) == 0) {
                eva_check_closed();
        }
        eva_check_zero();
}

/* Several secrets, kept, drawn and reserved; then everything is given back. */
static void eva_many(int which)
{
        struct locket_policy policy;
        struct locket_stats stats;
        struct locket_budget budget;
        struct locket_arena *a;
        unsigned char *p[4];
        int n;

        eva_policy(&policy, which);
        eva_certain = 1;
        eva_random = 0x243f6a8885a308d3u;
        a = locket_arena_create(&policy);
        if (a == NULL || locket_arena_reserve(a, 2, 100) != 0) {
                return;
        }
        for (n = 0; n < 4; n++) {
                p[n] = locket_arena_aligned_alloc(a, 16, 100);
        }
        stats.struct_size = sizeof stats;
        EVA_CHECK(locket_stats(&stats) == 0 && stats.live_secrets <= 4);
        budget.struct_size = sizeof budget;
        (void)locket_budget(100, &budget);
        eva_at_exit();
        for (n = 0; n < 4; n++) {
                locket_free(p[n]);
        }
        for (n = 0; n < 3; n++) {
                p[n] = locket_arena_malloc(a, 100);
        }
        for (n = 0; n < 3; n++) {
                locket_free(p[n]);
        }
        EVA_CHECK(locket_arena_destroy(a) == 0);
        eva_check_zero();
        eva_check_closed();
}

/* A child, made by fork(2) or by clone(2), and its parent. */
static void eva_child(void)
{
        unsigned char *p = locket_malloc(100);
        unsigned char *q = locket_malloc(100);

        if (p == NULL || q == NULL) {
                return;
        }
        eva_use(p, 100);
        locket_free(q);
        if (Frama_C_interval_split(0, 1)) {
                eva_before_fork();
                locket_wipe_all();
                if (Frama_C_interval_split(0, 1)) {
                        eva_in_parent();
                } else {
                        eva_fork();
                        eva_in_child();
                }
        } else {
                eva_fork();
        }
        q = locket_malloc(3);
        if (q != NULL) {
                eva_use(q, 3);
                locket_free(q);
        }
        locket_free(p);
        eva_check_zero();
}

/* A secret that a child has not, or has of its own. */
static void eva_policies(void)
{
        struct locket_arena *a;
        struct locket_policy policy;
        unsigned char *p;

        eva_policy(&policy, 0);
        policy.fork = Frama_C_interval_split(0, 1) ? LOCKET_FORK_OMIT : LOCKET_FORK_KEEP;
        a = locket_arena_create(&policy);
        p = a == NULL ? NULL : locket_arena_malloc(a, 24);
        if (p == NULL) {
                return;
        }
        eva_use(p, 24);
        eva_fork();
        eva_fail = Frama_C_interval_split(0, 2); /* the place, or the lock, is refused */
        (void)locket_size(p);
        eva_fail = 0;
        if (locket_size(p) != 0) {
                locket_free(p);
                EVA_CHECK(locket_arena_destroy(a) == 0);
        }
        eva_check_zero();
}

/* What a user does wrong with a cell; or nothing. */
static void eva_cell_crime(unsigned char *p, size_t size)
{
        (void)locket_on_violation(eva_handler);
        switch (Frama_C_interval_split(0, 3)) {
        case 0:
                locket_free(p);
                locket_free(p);
                EVA_CHECK(0);
        case 1:
                locket_free(p + 1);
                EVA_CHECK(0);
        case 2:
                p[size] = (unsigned char)eva_unknown;
                break;
        default:
                EVA_CHECK(locket_validate() == 0);
                break;
        }
        locket_free(p);
}

/* Cells of a run: made, grown where they are and elsewhere, checked, freed. */
static void eva_cells(void)
{
        struct locket_report report;
        struct locket_policy policy;
        struct locket_arena *a;
        unsigned char *p;
        unsigned char *q;

        eva_certain = 1;
        eva_random = 0x243f6a8885a308d3u;
        eva_policy(&policy, 0);
        policy.layout = LOCKET_COMPACT;
        a = locket_arena_create(&policy);
        if (a == NULL || locket_arena_reserve(a, 2, 24) != 0) {
                return;
        }
        p = locket_arena_malloc(a, 24);
        q = locket_arena_malloc(a, 24);
        EVA_CHECK(p != NULL && q != NULL);
        locket_wipe_all();
        eva_use(p, 24);
        eva_use(q, 24);
        report.struct_size = sizeof report;
        EVA_CHECK(locket_inspect(p, &report) == 0 && report.size == 24);
        EVA_CHECK(locket_protect(q, LOCKET_READ_ONLY) == -1 && errno == ENOTSUP);
        if (Frama_C_interval_split(0, 1)) {
                eva_fork();
                locket_free(p);
                eva_check_zero();
                return;
        }
        q = locket_realloc(q, Frama_C_interval_split(0, 1) ? 20 : 100);
        if (q != NULL) {
                eva_cell_crime(q, locket_size(q));
        }
        locket_free(p);
        EVA_CHECK(locket_arena_destroy(a) == 0);
        eva_check_zero();
        eva_check_closed();
}

int main(void)
{
        switch (Frama_C_interval_split(EVA_FIRST, EVA_LAST)) {
        case 0:
                eva_life();
                break;
        case 1:
                eva_aligned();
                break;
        case 2:
                eva_access();
                break;
        case 3:
                eva_realloc();
                break;
        case 4:
                eva_crime();
                break;
        case 5:
                eva_failure();
                break;
        case 6:
                eva_arena(Frama_C_interval_split(2, 4));
                break;
        case 7:
                eva_many(1);
                break;
        case 9:
                eva_cells();
                break;
        default:
                if (Frama_C_interval_split(0, 1)) {
                        eva_child();
                } else {
                        eva_policies();
                }
                break;
        }
        return 0;
}
