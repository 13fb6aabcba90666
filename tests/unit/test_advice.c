/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_advice.c - what smaps shows of a slab's pages under each policy, and
 * that it is undone.
 */
#include "unit.h"

#include "advice.h"
#include "policy.h"

/* smaps flags of the range's page at ${at}: wiped on fork, not copied at all. */
static void shows(const struct locket_range *r, size_t at, int wf, int dc)
{
        SAME(unit_flag(r->base + at, "wf"), wf);
        SAME(unit_flag(r->base + at, "dc"), dc);
}

static void each(enum locket_fork fork, enum locket_demand fork_safe, int wf, int dc)
{
        struct locket_policy p;
        struct locket_range r;
        size_t lo;
        size_t hi;

        memset(&r, 0, sizeof r);
        SAME(locket_range_reserve(&r), 0);
        lo = r.span_bytes;
        hi = 3 * r.span_bytes;
        locket_policy_default(&p);
        p.fork = fork;
        p.fork_safe = fork_safe;
        SAME(locket_advice_give(&p, &r, lo, hi), 0);
        shows(&r, lo - 1, 1, 0); /* a byte beside it, on either side, is as before */
        shows(&r, lo, wf, dc);
        shows(&r, hi - 1, wf, dc);
        shows(&r, hi, 1, 0);
        SAME(locket_advice_take(&p, &r, lo, hi), 0);
        shows(&r, lo, 1, 0);
        shows(&r, hi - 1, 1, 0);
}

CASE(wipe)
{
        each(LOCKET_FORK_WIPE, LOCKET_REQUIRE, 1, 0);
}

CASE(omit)
{
        each(LOCKET_FORK_OMIT, LOCKET_REQUIRE, 1, 1);
}

CASE(omit_preferred)
{
        each(LOCKET_FORK_OMIT, LOCKET_PREFER, 1, 1);
}

CASE(keep)
{
        each(LOCKET_FORK_KEEP, LOCKET_REQUIRE, 0, 0);
}

/* What is not wanted is not done, whatever the policy says beside it. */
CASE(off)
{
        each(LOCKET_FORK_WIPE, LOCKET_OFF, 0, 0);
        each(LOCKET_FORK_OMIT, LOCKET_OFF, 0, 0);
        each(LOCKET_FORK_KEEP, LOCKET_OFF, 0, 0);
}

/* Where nothing is wiped on fork, keep asks for nothing. */
CASE(keep_where_nothing_is_wiped)
{
        struct locket_policy p;
        struct locket_range r;

        memset(&r, 0, sizeof r);
        SAME(locket_range_reserve(&r), 0);
        r.fork_error = EINVAL;
        locket_policy_default(&p);
        p.fork = LOCKET_FORK_KEEP;
        SAME(locket_advice_give(&p, &r, 0, r.span_bytes), 0);
        shows(&r, 0, 1, 0); /* untouched */
}

/* A refusal is told where it is required, and where memory was short. */
CASE(refused)
{
        struct locket_policy p;
        struct locket_range r;

        memset(&r, 0, sizeof r);
        SAME(locket_range_reserve(&r), 0);
        locket_policy_default(&p);
        p.fork = LOCKET_FORK_OMIT;
        r.base += 1; /* no page begins there: EINVAL */
        SAME(locket_advice_give(&p, &r, 0, r.span_bytes), EINVAL);
        p.fork_safe = LOCKET_PREFER;
        SAME(locket_advice_give(&p, &r, 0, r.span_bytes), 0);
        SAME(locket_advice_take(&p, &r, 0, r.span_bytes), 0);
        r.base -= 1;
        r.base += r.size - r.page; /* beyond it nothing is mapped: ENOMEM */
        SAME(locket_advice_give(&p, &r, 0, (size_t)1 << 46), ENOMEM);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(wipe),
                cmocka_unit_test(omit),
                cmocka_unit_test(omit_preferred),
                cmocka_unit_test(keep),
                cmocka_unit_test(off),
                cmocka_unit_test(keep_where_nothing_is_wiped),
                cmocka_unit_test(refused),
        };

        return cmocka_run_group_tests_name("advice", tests, NULL, NULL);
}
