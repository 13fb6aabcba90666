/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_policy.c - the defaults, each value that is refused, and what the
 * kernel may lack.
 */
#include "unit.h"

#include "policy.h"

CASE(defaults)
{
        struct locket_policy p;

        memset(&p, 0xaa, sizeof p);
        locket_policy_default(&p);
        SAME(p.struct_size, sizeof p);
        SAME(p.layout, LOCKET_GUARDED);
        SAME(p.backing, LOCKET_ANONYMOUS);
        SAME(p.fork, LOCKET_FORK_WIPE);
        SAME(p.freed, LOCKET_FREED_CLOSE);
        SAME(p.locked, LOCKET_REQUIRE);
        SAME(p.undumped, LOCKET_REQUIRE);
        SAME(p.fork_safe, LOCKET_REQUIRE);
        SAME(p.unmerged, LOCKET_REQUIRE);
        SAME(p.capacity, 0);
        SAME(p.quarantine, 8);
        NEED(p.directory == NULL && p.label == NULL);
        SAME(locket_policy_check(&p), 0);
}

/* The fields that are enums, each with how many values it has. */
static const struct {
        size_t offset;
        int values;
} field[] = {
        { offsetof(struct locket_policy, layout), 2 },
        { offsetof(struct locket_policy, backing), 3 },
        { offsetof(struct locket_policy, fork), 3 },
        { offsetof(struct locket_policy, freed), 2 },
        { offsetof(struct locket_policy, locked), 3 },
        { offsetof(struct locket_policy, undumped), 3 },
        { offsetof(struct locket_policy, fork_safe), 3 },
        { offsetof(struct locket_policy, unmerged), 3 },
};

CASE(each_value)
{
        size_t f;
        int value;

        for (f = 0; f < sizeof field / sizeof field[0]; f++) {
                for (value = -2; value <= 100; value++) {
                        struct locket_policy p;

                        locket_policy_default(&p);
                        p.directory = "/";
                        memcpy((char *)&p + field[f].offset, &value, sizeof value);
                        if (p.backing != LOCKET_ANONYMOUS) {
                                SAME(locket_policy_check(&p), EINVAL); /* see carried */
                                p.fork = LOCKET_FORK_OMIT;
                        }
                        SAME(locket_policy_check(&p),
                             value < 0 || value >= field[f].values ? EINVAL : 0);
                }
        }
}

/* What a backing does by its nature is asked for, and nothing else changes. */
static void settles(const struct locket_policy *p)
{
        struct locket_policy settled = *p;
        struct locket_policy expected = *p;

        if (p->backing != LOCKET_ANONYMOUS) {
                expected.fork = LOCKET_FORK_OMIT;
                expected.fork_safe = LOCKET_REQUIRE;
        }
        if (p->backing == LOCKET_SECRETMEM) {
                expected.locked = LOCKET_REQUIRE;
        }
        locket_policy_settle(&settled);
        SAME(memcmp(&settled, &expected, sizeof settled), 0);
        SAME(locket_policy_check(&settled), 0);
}

/* Shared pages can be left out of a child; neither wiped there nor kept.  A file
 * has a directory. */
CASE(carried)
{
        int backing;
        int fork;
        int demand;

        for (backing = LOCKET_ANONYMOUS; backing <= LOCKET_FILE; backing++) {
                for (fork = LOCKET_FORK_WIPE; fork <= LOCKET_FORK_KEEP; fork++) {
                        for (demand = LOCKET_REQUIRE; demand <= LOCKET_OFF; demand++) {
                                struct locket_policy p;

                                locket_policy_default(&p);
                                p.backing = (enum locket_backing)backing;
                                p.fork = (enum locket_fork)fork;
                                p.fork_safe = (enum locket_demand)demand;
                                p.locked = (enum locket_demand)((fork + demand) % 3);
                                SAME(locket_policy_check(&p),
                                     backing == LOCKET_FILE        ? EINVAL
                                     : backing == LOCKET_ANONYMOUS ? 0
                                     : fork == LOCKET_FORK_OMIT    ? 0
                                     : demand == LOCKET_OFF        ? 0
                                                                   : EINVAL);
                                p.directory = "/nowhere";
                                SAME(locket_policy_check(&p),
                                     backing == LOCKET_ANONYMOUS || fork == LOCKET_FORK_OMIT ||
                                                     demand == LOCKET_OFF
                                             ? 0
                                             : EINVAL);
                                if (locket_policy_check(&p) == 0) {
                                        settles(&p);
                                }
                        }
                }
        }
}

/* A compact arena's secrets are wiped in a child, whatever is demanded of that. */
CASE(compact)
{
        int fork;
        int demand;

        for (fork = LOCKET_FORK_WIPE; fork <= LOCKET_FORK_KEEP; fork++) {
                for (demand = LOCKET_REQUIRE; demand <= LOCKET_OFF; demand++) {
                        struct locket_policy p;

                        locket_policy_default(&p);
                        p.layout = LOCKET_COMPACT;
                        p.fork = (enum locket_fork)fork;
                        p.fork_safe = (enum locket_demand)demand;
                        SAME(locket_policy_check(&p), fork == LOCKET_FORK_WIPE ? 0 : ENOTSUP);
                        p.backing = LOCKET_SECRETMEM;
                        SAME(locket_policy_check(&p), fork == LOCKET_FORK_OMIT || demand == LOCKET_OFF
                                                              ? ENOTSUP
                                                              : EINVAL);
                }
        }
}

CASE(struct_size)
{
        struct locket_policy p;

        locket_policy_default(&p);
        p.struct_size = 0;
        SAME(locket_policy_check(&p), EINVAL);
        p.struct_size = sizeof p - 1;
        SAME(locket_policy_check(&p), EINVAL);
        p.struct_size = sizeof p + 1;
        SAME(locket_policy_check(&p), ENOTSUP);
        p.struct_size = SIZE_MAX;
        SAME(locket_policy_check(&p), ENOTSUP);
}

CASE(numbers_are_free)
{
        struct locket_policy p;

        locket_policy_default(&p);
        p.capacity = SIZE_MAX;
        p.quarantine = SIZE_MAX;
        p.label = "a name";
        SAME(locket_policy_check(&p), 0);
        p.capacity = 1;
        p.quarantine = 0;
        SAME(locket_policy_check(&p), 0);
}

/* What is required and was refused is lacking; what is preferred is not. */
CASE(lacks)
{
        struct locket_range r;
        int which;
        int demand;

        for (which = 0; which < 4; which++) {
                for (demand = LOCKET_REQUIRE; demand <= LOCKET_OFF; demand++) {
                        struct locket_policy p;

                        memset(&r, 0, sizeof r);
                        locket_policy_default(&p);
                        p.undumped = p.fork_safe = p.unmerged = LOCKET_OFF;
                        switch (which) {
                        case 0:
                                r.undump_error = EINVAL;
                                p.undumped = (enum locket_demand)demand;
                                break;
                        case 1:
                                r.fork_error = EINVAL;
                                p.fork_safe = (enum locket_demand)demand;
                                break;
                        case 2:
                                r.merge_error = EINVAL;
                                p.unmerged = (enum locket_demand)demand;
                                break;
                        default:
                                p.undumped = p.fork_safe = p.unmerged = LOCKET_REQUIRE;
                                break;
                        }
                        SAME(locket_policy_lacks(&p, &r) != 0,
                             which < 3 && demand == LOCKET_REQUIRE);
                        p.fork = LOCKET_FORK_OMIT; /* needs nothing wiped */
                        SAME(locket_policy_lacks(&p, &r) != 0,
                             which < 3 && which != 1 && demand == LOCKET_REQUIRE);
                        p.fork = LOCKET_FORK_KEEP;
                        SAME(locket_policy_lacks(&p, &r) != 0,
                             which < 3 && which != 1 && demand == LOCKET_REQUIRE);
                }
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(defaults),         cmocka_unit_test(each_value),
                cmocka_unit_test(struct_size),      cmocka_unit_test(numbers_are_free),
                cmocka_unit_test(lacks),            cmocka_unit_test(carried),
                cmocka_unit_test(compact),
        };

        return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
