/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_look.c - the operations that use secrets, and those that look.
 */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "ledger.h"
#include "ops.h"
#include "say.h"
#include "world.h"

enum tally_end op_write(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        const size_t most = s == NULL ? 0 : s->size < MODEL_BYTES ? s->size : MODEL_BYTES;
        size_t from;
        size_t n;
        size_t i;

        if (most == 0 || s->access != LOCKET_READ_WRITE) {
                return TALLY_NONE;
        }
        from = r->x < 0x80 ? 0 : r->y * 37u % most;
        n = r->x % 4u == 0 ? most - from : r->x % 64u < most - from ? r->x % 64u : most - from;
        for (i = from; i < from + n; i++) {
                s->bytes[i] = (unsigned char)(i * 7u + r->y + 1u);
        }
        memcpy(s->p + from, s->bytes + from, n);
        return TALLY_OK;
}

enum tally_end op_read(const struct record *r)
{
        struct secret *s = model_pick(r->who);

        if (s == NULL) {
                return TALLY_NONE;
        }
        check_secret(s);
        return TALLY_OK;
}

enum tally_end op_protect(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        struct call c = { .what = CALL_PROTECT, .mode = r->x % 3u };

        if (s == NULL) {
                return TALLY_NONE;
        }
        c.p = s->p;
        call_make(&c);
        MUST(!c.violated, "protect is a violation");
        if (s->pitch != 0) {
                MUST(c.code == -1 && c.error == ENOTSUP, "protect: others are on the page");
                return ops_end(&c);
        }
        if (c.code == 0) {
                MUST_BE(c.error, 0, "a call that succeeds changes errno");
                s->access = c.mode;
        } else {
                MUST(model_struck() && c.error == ENOMEM, "protect fails");
        }
        return ops_end(&c);
}

enum tally_end op_size(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        struct call c = { .what = CALL_SIZE };

        if (s == NULL) {
                return TALLY_NONE;
        }
        c.p = s->p;
        call_make(&c);
        MUST(!c.violated && c.error == 0, "size fails");
        MUST_BE(c.number, s->size, "size");
        return TALLY_OK;
}

enum tally_end op_validate(const struct record *r)
{
        struct call c = { .what = CALL_VALIDATE };
        size_t damaged = 0;
        size_t closed = 0;
        unsigned i;

        (void)r;
        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *s = &model.secret[i];

                if (s->p != NULL && s->pitch == 0) {
                        damaged += model_damage(s) >= 0;
                        closed += model_damage(s) < 0 && s->access == LOCKET_NO_ACCESS;
                }
        }
        damaged += model_cell_damaged();
        call_make(&c);
        MUST(!c.violated && c.error == 0, "validate aborts something");
        if (!model_struck()) {
                MUST_BE(c.number, damaged, "validate");
                return damaged == 0 ? TALLY_OK : TALLY_DAMAGED;
        }
        /* What could not be looked at is not known to be intact. */
        MUST(c.number >= damaged && c.number <= damaged + closed, "validate");
        for (i = 0; i < MODEL_SECRETS; i++) {
                if (model.secret[i].p != NULL) {
                        ops_access_again(&model.secret[i]);
                }
        }
        return TALLY_STRUCK;
}

static void look_protection(const struct locket_protection *p, enum locket_demand demand, int lacks,
                            const char *what)
{
        MUST_BE(p->in_force, demand != LOCKET_OFF && !lacks, what);
        MUST((p->error != 0) == (demand != LOCKET_OFF && lacks), what);
}

/* The same, but that a child may be told apart by its number alone. */
static void look_fork(struct locket_protection p, const struct locket_policy *policy, int lost)
{
        const int lacks = policy->fork == LOCKET_FORK_WIPE   ? world_lacks(WORLD_FORK)
                          : policy->fork == LOCKET_FORK_KEEP ? lost
                                                             : 0;

        if (p.in_force && !world_tells()) {
                MUST_BE(p.error, ENOTSUP, "inspect: how a child is told apart");
                p.error = 0;
        }
        look_protection(&p, policy->fork_safe, lacks, "inspect: fork_safe");
}

static void look_report(const struct secret *s, const struct locket_report *r)
{
        const struct locket_policy *p = &model.arena[s->arena].policy;
        unsigned char *lo;
        const size_t data = model_pages(s, &lo);
        const int locked = world_locked(lo, data);

        MUST_BE(r->struct_size, sizeof *r, "inspect: struct_size");
        MUST_BE(r->size, s->size, "inspect: size");
        MUST_BE(r->capacity,
                s->pitch != 0 ? s->pitch - MODEL_GAP : model_round(s->size, s->alignment),
                "inspect: capacity");
        MUST_BE(r->layout, s->pitch != 0 ? LOCKET_COMPACT : LOCKET_GUARDED, "inspect: layout");
        MUST_BE(r->backing, LOCKET_ANONYMOUS, "inspect: backing");
        MUST_BE(r->access, s->access, "inspect: access");
        MUST_BE(r->lost, model_lost(s), "inspect: lost");
        look_protection(&r->undumped, p->undumped, world_lacks(WORLD_UNDUMP), "inspect: undumped");
        look_fork(r->fork_safe, p, model_lost(s));
        look_protection(&r->unmerged, p->unmerged, world_lacks(WORLD_MERGE), "inspect: unmerged");
        MUST(r->guarded.in_force == (s->pitch == 0) && r->guarded.error == 0, "inspect: guarded");
        if (p->locked == LOCKET_OFF) {
                MUST(r->locked.in_force == 0 && r->locked.error == 0, "inspect: not to be locked");
        } else if (locked != WORLD_UNKNOWN) {
                MUST_BE(r->locked.in_force, locked, "inspect: locked");
                MUST(s->stale || (r->locked.error != 0) == !locked, "inspect: why not locked");
        }
}

enum tally_end op_inspect(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        struct locket_report report[2];
        struct call c = { .what = CALL_INSPECT };

        if (s == NULL) {
                return TALLY_NONE;
        }
        memset(report, 0x5a, sizeof report);
        /* As version 0.1 has it; the same; and a later one's, of which the rest
         * is left alone. */
        report[0].struct_size = r->x % 3u == 0 ? 0 : sizeof report[0] * (r->x % 3u);
        c.p = s->p;
        c.to = report;
        call_make(&c);
        MUST(!c.violated && c.code == 0 && c.error == 0, "inspect fails");
        look_report(s, &report[0]);
        MUST(report[1].size == (size_t)0x5a5a5a5a5a5a5a5a, "inspect fills in too much");
        return TALLY_OK;
}

enum tally_end op_budget(const struct record *r)
{
        struct locket_budget budget;
        struct call c = { .what = CALL_BUDGET, .size = ops_size(r->x, r->y) };
        size_t data;

        budget.struct_size = 0;
        c.to = &budget;
        call_make(&c);
        model.violations += (size_t)c.violated;
        if (c.violated) { /* its tables were refused, so what is kept was given back */
                MUST(model_struck() && ops_late(&c), "budget is a violation");
                return ops_end(&c);
        }
        if (c.code != 0) {
                MUST(model_struck() && c.error != 0, "budget fails");
                return ops_end(&c);
        }
        MUST_BE(c.error, 0, "a call that succeeds changes errno");
        MUST_BE(budget.page_size, world_page(), "budget: page_size");
        MUST(world_locked_bytes() == SIZE_MAX || budget.locked_now == world_locked_bytes(),
             "budget: locked_now");
        MUST_BE(budget.lock_limit, world_lock_limit(), "budget: lock_limit");
        MUST(budget.mappings_now > 0 && budget.mapping_limit > 0, "budget: mappings");
        if (c.size > LOCKET_MAX_SIZE) {
                MUST_BE(budget.guarded_room, 0, "budget: room for too large a secret");
                MUST_BE(budget.compact_room, 0, "budget: cells for too large a secret");
        } else if (budget.lock_limit != SIZE_MAX) {
                data = model_data(c.size, 16);
                MUST(budget.guarded_room <= budget.lock_limit / data, "budget: guarded_room");
                MUST(budget.compact_room <= budget.lock_limit / (c.size + 1), "budget: compact_room");
        }
        return TALLY_OK;
}

enum tally_end op_stats(const struct record *r)
{
        struct locket_stats stats[2];
        struct call c = { .what = CALL_STATS };

        memset(stats, 0x5a, sizeof stats);
        stats[0].struct_size = sizeof stats[0] * (r->x % 3u);
        c.to = stats;
        call_make(&c); /* what it says is compared after every operation */
        MUST(!c.violated && c.code == 0 && c.error == 0, "stats fails");
        MUST_BE(stats[0].live_secrets, model_count(), "stats: live_secrets");
        MUST(strcmp(locket_version(), LOCKET_VERSION) == 0, "version");
        MUST(stats[1].slabs == (size_t)0x5a5a5a5a5a5a5a5a, "stats fills in too much");
        return TALLY_OK;
}

enum tally_end op_equal(const struct record *r)
{
        const struct secret *a = model_pick(r->who);
        const struct secret *b = model_pick(r->who + 1u + r->x);
        size_t n = r->y;

        if (a == NULL || a->access == LOCKET_NO_ACCESS || b->access == LOCKET_NO_ACCESS) {
                return TALLY_NONE;
        }
        n = n < a->size ? n : a->size;
        n = n < b->size ? n : b->size;
        MUST_BE(locket_equal(NULL, b->p, n), n == 0, "equal to nothing");
        MUST_BE(locket_equal(a->p, b->p, n), memcmp(a->bytes, b->bytes, n) == 0, "equal");
        return TALLY_OK;
}
