/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops.c - the list of operations, and what they share.
 */
#include "ops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "world.h"

const struct op ops[] = {
        { "malloc", op_malloc },
        { "calloc", op_calloc },
        { "aligned", op_aligned },
        { "arena-malloc", op_arena_malloc },
        { "arena-aligned", op_arena_aligned },
        { "secure-alloc", op_secure_alloc },
        { "realloc", op_realloc },
        { "churn", op_churn },
        { "free", op_free },
        { "free-sized", op_free_sized },
        { "secure-free", op_secure_free },
        { "free-null", op_free_null },
        { "wrong-size", op_wrong_size },
        { "double-free", op_double_free },
        { "interior-free", op_interior_free },
        { "foreign-free", op_foreign_free },
        { "wild-free", op_wild_free },
        { "bad-realloc", op_bad_realloc },
        { "overrun", op_overrun },
        { "underrun", op_underrun },
        { "heal", op_heal },
        { "late-write", op_late_write },
        { "bad-look", op_bad_look },
        { "write", op_write },
        { "read", op_read },
        { "protect", op_protect },
        { "size", op_size },
        { "validate", op_validate },
        { "inspect", op_inspect },
        { "budget", op_budget },
        { "stats", op_stats },
        { "wipe-all", op_wipe_all },
        { "wipe", op_wipe },
        { "equal", op_equal },
        { "create", op_create },
        { "reserve", op_reserve },
        { "reserve-use", op_reserve_use },
        { "destroy", op_destroy },
        { "bad-arena", op_bad_arena },
        { "fork", op_fork },
        { "fork-raw", op_fork_raw },
        { "fork-parent", op_fork_parent },
        { "fail-once", op_fail_once },
        { "fail-forever", op_fail_forever },
        { "fail-none", op_fail_none },
        { "harden", op_harden },
        { "exit", op_exit },
};
const unsigned ops_count = sizeof ops / sizeof ops[0];

size_t ops_size(unsigned x, unsigned y)
{
        const size_t page = world_page();
        const size_t most = (size_t)131072;
        size_t size;

        switch (x / 32u) {
        case 0:
                return y;
        case 1:
                return y * 16u + x % 32u;
        case 2: /* around the edges of pages, with and without a canary */
                return page * (1u + x % 4u) - 64u + y % 128u;
        case 3:
                return page * (x % 8u) + y;
        case 4:
                return x % 32u;
        case 5:
                size = page * (1u + x % 32u) + y;
                return size < most ? size : most - y;
        case 6:
                switch (x % 32u) {
                case 0:
                        return world_scarce() ? LOCKET_MAX_SIZE - y : LOCKET_MAX_SIZE + 1u + y;
                case 1:
                        return LOCKET_MAX_SIZE + y + !world_scarce();
                case 2:
                        return SIZE_MAX - y;
                case 3:
                        return SIZE_MAX / 2 + y;
                case 4:
                        return page * 17u < most ? page * 17u : most;
                default:
                        return y;
                }
        default:
                return y % 64u * 16u;
        }
}

size_t ops_alignment(unsigned y)
{
        static const size_t odd[8] = { 0, 3, 24, SIZE_MAX, 65536u * 2u, 5, 48, 1 };

        if (y % 32u < 17) {
                return (size_t)1 << y % 32u; /* more than a page is EINVAL */
        }
        return y % 32u < 24 ? (size_t)1 << y % 8u : odd[y % 8u];
}

void ops_call_on(struct secret *s, struct call *c)
{
        s->dying = 1;
        call_make(c);
        s->dying = 0;
        model.violations += (size_t)c->violated;
}

enum tally_end ops_end(const struct call *c)
{
        if (c->violated) {
                model_cell_settle();
                return (enum tally_end)(TALLY_VIOLATION + (int)c->kind);
        }
        if (c->error == 0 && model_struck()) {
                return TALLY_STRUCK;
        }
        return tally_error(c->error);
}

int ops_late(const struct call *c)
{
        if (!c->violated || c->kind != LOCKET_WRITE_AFTER_FREE) {
                return 0;
        }
        MUST(model_late_found(c->at), "a write after free that nobody made");
        model.tight = 1; /* it may have been found because room was made */
        return 1;
}

int ops_lacks(const struct locket_policy *policy)
{
        return (policy->undumped == LOCKET_REQUIRE && world_lacks(WORLD_UNDUMP)) ||
               (policy->fork_safe == LOCKET_REQUIRE && policy->fork == LOCKET_FORK_WIPE &&
                world_lacks(WORLD_FORK)) ||
               (policy->unmerged == LOCKET_REQUIRE && world_lacks(WORLD_MERGE));
}

void ops_access_again(struct secret *s)
{
        struct locket_report report;

        report.struct_size = 0;
        MUST_BE(locket_inspect(s->p, &report), 0, "a live secret is not known");
        s->access = (int)report.access;
}
