/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_child.c - what a fork has made of an arena's slots, one function at a
 * time, without a fork.  tests/fork has the whole.
 */
#include "unit.h"

#include <sys/mman.h>

#include "child.h"
#include "home.h"
#include "os.h"
#include "policy.h"

CASE(fates)
{
        struct locket_policy p;
        struct locket_range r;

        memset(&r, 0, sizeof r);
        locket_policy_default(&p);
        SAME(locket_child_fate(&p, &r, 0), LOCKET_CHILD_WIPED);
        SAME(locket_child_fate(&p, &r, EINVAL), LOCKET_CHILD_WIPED);
        p.fork = LOCKET_FORK_OMIT;
        SAME(locket_child_fate(&p, &r, 0), LOCKET_CHILD_OMITTED);
        SAME(locket_child_fate(&p, &r, EINVAL), LOCKET_CHILD_WIPED);
        p.fork = LOCKET_FORK_KEEP;
        SAME(locket_child_fate(&p, &r, EINVAL), LOCKET_CHILD_KEPT);
        r.fork_error = EINVAL;
        SAME(locket_child_fate(&p, &r, EINVAL), LOCKET_CHILD_KEPT);
        p.fork = LOCKET_FORK_OMIT;
        SAME(locket_child_fate(&p, &r, 0), LOCKET_CHILD_OMITTED);
        SAME(locket_child_fate(&p, &r, EINVAL), LOCKET_CHILD_COPIED);
        p.fork = LOCKET_FORK_WIPE;
        SAME(locket_child_fate(&p, &r, 0), LOCKET_CHILD_COPIED);
        r.fork_error = 0;
        p.fork_safe = LOCKET_OFF;
        SAME(locket_child_fate(&p, &r, 0), LOCKET_CHILD_COPIED);
        p.fork = LOCKET_FORK_OMIT;
        SAME(locket_child_fate(&p, &r, 0), LOCKET_CHILD_COPIED);
        p.fork = LOCKET_FORK_KEEP;
        SAME(locket_child_fate(&p, &r, 0), LOCKET_CHILD_COPIED);
}

/* An arena with ${fork}, with freed and live secrets in two classes. */
static struct locket_arena *filled(enum locket_fork fork, unsigned char **live)
{
        struct locket_policy p;
        struct locket_arena *a;
        void *freed[30];
        size_t i;

        locket_policy_default(&p);
        p.fork = fork;
        a = locket_arena_create(&p);
        NEED(a != NULL);
        *live = locket_arena_malloc(a, 100);
        NEED(*live != NULL);
        memset(*live, 0x77, 100);
        for (i = 0; i < 30; i++) {
                freed[i] = locket_arena_malloc(a, i % 2 == 0 ? 10 : 9000);
                NEED(freed[i] != NULL);
        }
        for (i = 0; i < 30; i++) {
                locket_free(freed[i]);
        }
        return a;
}

/* What is forgotten is not handed out again; what is live stays. */
CASE(distrust)
{
        unsigned char *live;
        struct locket_arena *a = filled(LOCKET_FORK_WIPE, &live);
        const size_t slabs = a->slabs;
        void *p;

        NEED(a->quarantine.count > 0 && a->bin[0].drawn > 0);
        locket_child_distrust(a);
        SAME(a->quarantine.count, 0);
        SAME(a->bin[0].drawn + a->bin[0].kept.count + a->bin[0].cold.count, 0);
        SAME(locket_size(live), 100);
        p = locket_arena_malloc(a, 10);
        NEED(p != NULL);
        SAME(a->slabs, slabs + 1);
        locket_free(p);
        locket_free(live);
}

/* In place of a slab there is something else: it is not touched, nothing of the
 * slab is handed out, and its secrets are strangers. */
CASE(something_else_is_there)
{
        unsigned char *live;
        struct locket_arena *a = filled(LOCKET_FORK_OMIT, &live);
        const struct locket_slab *slab = &a->tables->slab[a->bin[0].slab];
        unsigned char *base = a->tables->range.base;
        unsigned char *first = base + slab->first - unit_page();
        unsigned char *p;
        size_t i;

        memset(live, 0, 100);
        SAME(munmap(first, slab->end - (slab->first - unit_page())), 0); /* as a fork does */
        NEED(mmap(first + unit_page() * 5, unit_page(), PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == first + unit_page() * 5);
        memset(first + unit_page() * 5, 0x99, unit_page());
        locket_child_reserve(a);
        SAME(a->live, 0);
        SAME(a->live_bytes, 0);
        SAME(locket_size(live), 0);
        for (i = 0; i < 20; i++) {
                p = locket_arena_malloc(a, 10);
                NEED(p != NULL && unit_flag(p, "lo"));
                NEED(p < first || p >= base + slab->end);
                memset(p, 1, 10);
        }
        SAME(locket_validate(), 0);
        SAME(unit_bytes(first + unit_page() * 5, unit_page(), 0x99), unit_page());
        NEED(unit_aborts(locket_free, live, "locket: foreign free of ", live));
}

/* What is reserved again has every protection that the range has. */
CASE(reserved_again)
{
        unsigned char *live;
        struct locket_arena *a = filled(LOCKET_FORK_OMIT, &live);
        const struct locket_slab *slab = &a->tables->slab[a->bin[0].slab];
        unsigned char *first = a->tables->range.base + slab->first - unit_page();
        const size_t size = slab->end - (slab->first - unit_page());
        const size_t slabs = a->slabs;

        SAME(munmap(first, size), 0);
        locket_child_reserve(a); /* that of the other class is there: given up */
        SAME(a->slabs, slabs - 1);
        SAME(locket_size(live), 100);
        NEED(strcmp(unit_access(live), "---p") == 0);
        NEED(unit_flag(live, "dc") && unit_flag(live, "wf") && unit_flag(live, "dd"));
        NEED(!unit_flag(live, "mg") && !unit_flag(live, "lo") && unit_flag(live, "nh"));
        NEED(unit_flag(first, "dc") && unit_flag(first + size - 1, "dc"));
        NEED(unit_faults(live, 0));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(fates),
                cmocka_unit_test(distrust),
                cmocka_unit_test(something_else_is_there),
                cmocka_unit_test(reserved_again),
        };

        return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
