/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_home.c - the process's own locket: nothing before the first use, any
 * address and any handle looked up, arenas made and unmade.
 */
#include "unit.h"

#include <pthread.h>

#include "home.h"
#include "os.h"
#include "policy.h"

CASE(nothing_before_first_use)
{
        struct locket_found found;
        struct locket_verdict verdict;
        const size_t mappings = unit_mappings();

        NEED(locket_home_here() == NULL);
        found = locket_home_find((uintptr_t)&found);
        NEED(found.arena == NULL);
        SAME(found.hit, LOCKET_HIT_NOTHING);
        NEED(locket_home_arena(NULL) == NULL);
        NEED(locket_home_arena((const struct locket_arena *)(uintptr_t)&found) == NULL);
        SAME(locket_home_destroy(NULL), EINVAL);
        SAME(locket_home_trim(0, &verdict), 0);
        locket_home_wipe();
        NEED(locket_home_here() == NULL);
        NEED(unit_mappings() <= mappings + UNIT_SLACK);
}

CASE(start)
{
        struct locket_home *h;
        const size_t locked = unit_locked();

        SAME(locket_home_start(), 0);
        h = locket_home_here();
        NEED(h != NULL);
        SAME(unit_locked(), locked);
        SAME(locket_home_start(), 0);
        NEED(locket_home_here() == h);
        SAME(h->most, 1);
        SAME(h->arena[0].used, 1);
        SAME(h->arena[0].slabs, 0);
        SAME(h->tables.process->state, LOCKET_FORK_ALIVE);
        NEED((h->tables.process->key_low | h->tables.process->key_high) != 0);
        NEED(strcmp(unit_access((const unsigned char *)h - 1), "---p") == 0);
        NEED(strcmp(unit_access((const unsigned char *)h->tables.slot - 1), "---p") == 0);
}

static struct locket_home *seen[8];

static void *starts(void *i)
{
        SAME(locket_home_start(), 0);
        seen[(uintptr_t)i] = locket_home_here();
        return NULL;
}

CASE(start_by_many)
{
        pthread_t thread[8];
        uintptr_t i;

        for (i = 0; i < 8; i++) {
                SAME(pthread_create(&thread[i], NULL, starts, (void *)i), 0);
        }
        for (i = 0; i < 8; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
                NEED(seen[i] != NULL && seen[i] == seen[0]);
        }
}

/* What the address is; the arena is not left locked. */
static int hit(uintptr_t address)
{
        const struct locket_found found = locket_home_find(address);

        if (found.arena != NULL) {
                SAME(found.hit, LOCKET_HIT_LIVE);
                locket_home_leave(found.arena);
        } else {
                NEED(found.hit != LOCKET_HIT_LIVE);
        }
        return found.hit;
}

CASE(find)
{
        const size_t page = unit_page();
        unsigned char *p = locket_malloc(100);
        unsigned char *q = locket_malloc(3 * page);
        struct locket_home *h = locket_home_here();
        const uintptr_t base = h->tables.range.address;
        const uintptr_t x = (uintptr_t)p;
        const uintptr_t end = base + h->tables.range.size;
        uintptr_t i;

        SAME(hit(x), LOCKET_HIT_LIVE);
        for (i = x - (4096 - 112); i < x + 112; i++) { /* its whole page */
                SAME(hit(i), i == x ? LOCKET_HIT_LIVE : LOCKET_HIT_INSIDE);
        }
        SAME(hit(x + 112), LOCKET_HIT_NOTHING); /* the guards */
        SAME(hit(x + 112 - 4096 - 1), LOCKET_HIT_NOTHING);
        SAME(hit((uintptr_t)q), LOCKET_HIT_LIVE);
        SAME(hit((uintptr_t)q + page), LOCKET_HIT_INSIDE);
        SAME(hit(0), LOCKET_HIT_NOTHING);
        SAME(hit(base - 1), LOCKET_HIT_NOTHING);
        SAME(hit(base), LOCKET_HIT_NOTHING);
        SAME(hit(end - 1), LOCKET_HIT_NOTHING);
        SAME(hit(end), LOCKET_HIT_NOTHING);
        SAME(hit(UINTPTR_MAX), LOCKET_HIT_NOTHING);
        SAME(hit((uintptr_t)&i), LOCKET_HIT_NOTHING);
        SAME(hit((uintptr_t)h), LOCKET_HIT_NOTHING);
        for (i = 0; i < 100000; i++) {
                const uintptr_t wild = base + unit_below(h->tables.range.size);

                NEED(hit(wild) == LOCKET_HIT_NOTHING || (wild > x - page && wild < x + page) ||
                     (wild > (uintptr_t)q - 4 * page && wild < (uintptr_t)q + 4 * page));
        }
        locket_free(p);
        SAME(hit(x), LOCKET_HIT_FREED);
        SAME(hit(x + 1), LOCKET_HIT_NOTHING);
        SAME(hit(x - 1), LOCKET_HIT_NOTHING);
        locket_free(q);
}

CASE(handles)
{
        struct locket_policy policy;
        struct locket_home *h;
        struct locket_arena *a;
        int error = 99;
        uintptr_t at;

        locket_policy_default(&policy);
        a = locket_home_create(&policy, &error);
        NEED(a != NULL);
        SAME(error, 0);
        h = locket_home_here();
        NEED(a != &h->arena[0]);
        NEED(locket_home_arena(a) == a);
        locket_home_leave(a);
        for (at = (uintptr_t)h; at < (uintptr_t)(h + 1); at += 8) { /* never a wrong one */
                struct locket_arena *found = locket_home_arena((struct locket_arena *)at);

                NEED(found == NULL || ((uintptr_t)found == at && found->used));
                NEED(found == NULL || found == a || found == &h->arena[0]);
                if (found != NULL) {
                        locket_home_leave(found);
                }
        }
        NEED(locket_home_arena((struct locket_arena *)((uintptr_t)a + 1)) == NULL);
        NEED(locket_home_arena((struct locket_arena *)UINTPTR_MAX) == NULL);
        SAME(locket_home_destroy(&h->arena[0]), EINVAL); /* the default one has no handle */
        SAME(locket_home_destroy(a), 0);
        NEED(locket_home_arena(a) == NULL);
        SAME(locket_home_destroy(a), EINVAL);
        NEED(locket_home_create(&policy, &error) != a); /* not at once another's */
}

CASE(all_arenas)
{
        static struct locket_arena *a[LOCKET_ARENA_COUNT];
        struct locket_policy policy;
        int error = 0;
        size_t i;
        size_t k;

        locket_policy_default(&policy);
        for (i = 0; i < LOCKET_ARENA_COUNT - 1; i++) {
                a[i] = locket_home_create(&policy, &error);
                NEED(a[i] != NULL);
                for (k = 0; k < i; k++) {
                        NEED(a[k] != a[i]);
                }
        }
        NEED(locket_home_create(&policy, &error) == NULL);
        SAME(error, ENOMEM);
        SAME(locket_home_destroy(a[500]), 0);
        NEED(locket_home_create(&policy, &error) == a[500]);
        for (i = 0; i < LOCKET_ARENA_COUNT - 1; i++) {
                SAME(locket_home_destroy(a[i]), 0);
        }
        NEED(locket_home_create(&policy, &error) != NULL);
}

CASE(trim)
{
        struct locket_verdict verdict;
        void *p[20];
        size_t i;

        for (i = 0; i < 20; i++) {
                p[i] = locket_malloc(100);
        }
        for (i = 0; i < 20; i++) {
                locket_free(p[i]);
        }
        NEED(unit_locked() >= 20 * unit_page());
        SAME(locket_home_trim(0, &verdict), 1);
        SAME(unit_locked(), 0);
        SAME(locket_home_trim(0, &verdict), 0);
        NEED(locket_malloc(100) != NULL);
}

/* There is no more address space, and what can be had is in quarantine, in a slab that
 * has a live secret: it is had. */
static void without_space(void *unused)
{
        struct locket_policy policy;
        struct locket_arena *a;
        struct locket_home *h;
        static void *p[64];
        size_t n = 0;
        size_t i;

        (void)unused;
        locket_policy_init(&policy);
        policy.locked = LOCKET_OFF; /* what is freed keeps no pages */
        policy.quarantine = 64;
        a = locket_arena_create(&policy);
        NEED(a != NULL);
        h = locket_home_here();
        p[n] = locket_arena_malloc(a, h->tables.range.span_bytes / 16);
        NEED(p[n++] != NULL);
        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                if (h->tables.span[i].owner == 0) {
                        h->tables.span[i].owner = LOCKET_SPAN_SPOILT;
                }
        }
        while (n < 64 && (p[n] = locket_arena_malloc(a, h->tables.range.span_bytes / 16)) != NULL) {
                n += 1;
        }
        NEED(1 < n && n < 64);
        for (i = 1; i < n; i++) {
                locket_free(p[i]);
        }
        for (i = 1; i < n; i++) {
                NEED(locket_arena_malloc(a, h->tables.range.span_bytes / 16) != NULL);
        }
        errno = 0;
        NEED(locket_arena_malloc(a, h->tables.range.span_bytes / 16) == NULL);
        SAME(errno, ENOMEM);
}

CASE(trim_ends_quarantines)
{
        NEED(unit_ends(without_space, NULL));
}

CASE(leave_reports)
{
        struct locket_arena *a = locket_arena_create(NULL);

        NEED(locket_home_arena(a) == a);
        NEED(a->found == 0);
        locket_home_leave(a);
        NEED(locket_home_arena(a) == a); /* it was unlocked */
        locket_home_leave(a);
}

static void leaves_with_a_finding(void *arena)
{
        struct locket_arena *a = locket_home_arena(arena);

        locket_arena_found(a, LOCKET_METADATA_DAMAGE, 0xabc);
        locket_home_leave(a);
}

CASE(leave_with_a_finding)
{
        struct locket_arena *a = locket_arena_create(NULL);

        NEED(unit_aborts(leaves_with_a_finding, a, "locket: metadata damage at ",
                         (const void *)0xabc));
}

CASE(wipe)
{
        unsigned char *p = locket_malloc(10000);
        unsigned char *q = locket_malloc(33);

        memset(p, 1, 10000);
        memset(q, 1, 33);
        SAME(locket_protect(q, LOCKET_NO_ACCESS), 0);
        locket_home_wipe();
        NEED(unit_zero(p, 10000) && unit_zero(q, 33));
        NEED(strcmp(unit_access(q), "---p") == 0);
        SAME(locket_validate(), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(nothing_before_first_use),
                cmocka_unit_test(start),
                cmocka_unit_test(start_by_many),
                cmocka_unit_test(find),
                cmocka_unit_test(handles),
                cmocka_unit_test(all_arenas),
                cmocka_unit_test(trim),
                cmocka_unit_test(trim_ends_quarantines),
                cmocka_unit_test(leave_reports),
                cmocka_unit_test(leave_with_a_finding),
                cmocka_unit_test(wipe),
        };

        return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
