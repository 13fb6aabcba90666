/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_process.c - the operations on the process: fork, what fails, the end.
 */
#include <string.h>

#include "check.h"
#include "ledger.h"
#include "ops.h"
#include "plan.h"
#include "say.h"
#include "world.h"

/* What a child sees of a secret, which is lost: zeros; closed, if its pages are new. */
static void process_lose(struct secret *s)
{
        s->stale = 1;
        memset(s->bytes, 0, sizeof s->bytes);
        memset(s->damage, 0, sizeof s->damage);
        if (model_omits(s->arena)) {
                s->access = LOCKET_NO_ACCESS;
        }
}

static void process_arena(unsigned i)
{
        struct arena *a = &model.arena[i];

        a->reserved = 0;
        a->cells_held = 0; /* the parent's cells are not used again here */
        a->cells_swept = a->cell_frees;
        if (model_wiped(i)) {
                model_cell_forget(i);
        }
}

/* What a child sees of the secrets. */
static void process_child(void)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                struct secret *s = &model.secret[i];

                if (s->p != NULL && model_wiped(s->arena) && !model_keeps(s->arena)) {
                        process_lose(s);
                }
                s->stale |= s->p == NULL || !model_keeps(s->arena);
        }
        for (i = 0; i < MODEL_LATE; i++) {
                if (model.late[i].p != NULL && model_wiped(model.late[i].arena)) {
                        model.dirty |= model_keeps(model.late[i].arena);
                        model.late[i].p = NULL;
                }
        }
        for (i = 0; i < MODEL_FREED; i++) {
                struct freed *f = &model.freed[i];

                f->lost |= f->p != NULL && model_wiped(f->arena);
        }
        for (i = 0; i < MODEL_ARENAS; i++) {
                process_arena(i);
        }
        model.forked = 1;
}

/* Each kept secret is there, unless its lock was refused: then it is lost.  Says so, for
 * the tally. */
static enum tally_end process_kept(void)
{
        enum tally_end end = TALLY_OK;
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                struct secret *s = &model.secret[i];
                struct locket_report report;

                if (s->p != NULL && model_omits(s->arena) && end == TALLY_OK) {
                        end = TALLY_OMITTED;
                }
                if (s->p == NULL || s->stale || !model_keeps(s->arena)) {
                        continue;
                }
                end = end == TALLY_LOST ? end : TALLY_KEPT;
                report.struct_size = 0;
                MUST_BE(locket_inspect(s->p, &report), 0, "a kept secret is not known");
                MUST(!report.lost || model_struck(), "a kept secret is lost");
                if (report.lost) {
                        MUST(model.arena[s->arena].policy.locked == LOCKET_REQUIRE,
                             "a secret is lost for a lock that nobody needs");
                        process_lose(s);
                        end = TALLY_LOST;
                }
        }
        return end;
}

/* What the process does not survive if it is refused in a child is not refused. */
static void process_spare(void)
{
        unsigned i;

        for (i = 0; i < MODEL_ARENAS; i++) {
                if (model.arena[i].alive && model_keeps(i)) {
                        plan_spare(PLAN_OPEN);
                } else if (model.arena[i].alive && model_omits(i)) {
                        plan_clear(); /* else its places may be nobody's */
                }
        }
}

static enum tally_end process_fork(int raw)
{
        const uint64_t key = ledger_key();
        struct call c = { .what = CALL_SIZE };
        enum tally_end end;

        process_spare();
        if (!world_fork(raw)) {
                model.stop = 1; /* the child has done the rest */
                return TALLY_OK;
        }
        process_child();
        call_make(&c); /* any call that looks sets a raw child right */
        end = process_kept();
        MUST(key == 0 || ledger_key() != key, "a child has its parent's key");
        return end == TALLY_OK && model_struck() ? TALLY_STRUCK : end;
}

enum tally_end op_fork(const struct record *r)
{
        (void)r;
        return process_fork(0);
}

enum tally_end op_fork_raw(const struct record *r)
{
        (void)r;
        return process_fork(1);
}

enum tally_end op_fork_parent(const struct record *r)
{
        (void)r;
        process_spare();
        world_fork_parent();
        return TALLY_OK;
}

/* who: which function; x: which call; y: which error. */
static enum tally_end process_fail(const struct record *r, int forever)
{
        const unsigned f = r->who % (PLAN_FUNCTIONS + 4u);

        plan_set(f < PLAN_FUNCTIONS ? f : PLAN_FUNCTIONS, 1u + r->x % 12u, forever, r->y % 3u);
        return TALLY_OK;
}

enum tally_end op_fail_once(const struct record *r)
{
        return process_fail(r, 0);
}

enum tally_end op_fail_forever(const struct record *r)
{
        return process_fail(r, 1);
}

enum tally_end op_fail_none(const struct record *r)
{
        (void)r;
        plan_clear();
        return TALLY_OK;
}

enum tally_end op_harden(const struct record *r)
{
        struct call c = { .what = CALL_HARDEN };

        (void)r;
        call_make(&c);
        MUST(!c.violated && (c.code == 0) == (c.error == 0), "harden: errno");
        MUST(c.code == 0 || model_struck(), "harden fails");
        return ops_end(&c);
}

/* The handler of exit(3): all is zeroed, and can still be used and freed. */
enum tally_end op_exit(const struct record *r)
{
        unsigned i;

        (void)r;
        plan_clear();
        world_exit();
        for (i = 0; i < MODEL_SECRETS; i++) {
                struct secret *s = &model.secret[i];

                if (s->p != NULL) {
                        memset(s->bytes, 0, sizeof s->bytes);
                        check_secret(s);
                }
        }
        return TALLY_OK;
}
