/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * sequence.c - the main target: operations over the whole interface.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ledger.h"
#include "lib_home.h"
#include "ops.h"
#include "plan.h"
#include "say.h"
#include "target.h"
#include "world.h"

static void sequence_step(const struct record *r)
{
        const unsigned i = r->op % ops_count;

        say_doing(ops[i].name, r->who, r->x, r->y);
        model.struck = plan_struck();
        model.tight = !ledger_room(world_page() * 64u);
        tally(i, ops[i].name, ops[i].run(r));
        model.calm = model.calm && !model_struck();
        if (!model.stop) {
                check_all(r->y % 8u == 0);
        }
}

/* What is kept is given back: again, after a write after free. */
static void sequence_trim(void)
{
        unsigned tries;

        for (tries = 0; tries < 9; tries++) {
                struct call c = { .what = CALL_TRIM };

                call_make(&c);
                model.violations += (size_t)c.violated;
                if (!c.violated) {
                        return;
                }
                MUST(ops_late(&c), "at the end: a violation that nobody made");
        }
}

/* Free what is left, destroy the arenas; what is then left must be nothing. */
static void sequence_end(void)
{
        static const struct record none;
        struct record r = none;
        struct secret *s;
        unsigned i;

        plan_clear();
        while ((s = model_pick(0)) != NULL && !model.stop) {
                (void)ops_free(s, CALL_FREE, 0);
        }
        for (i = 1; i < MODEL_ARENAS && !model.stop; i++) {
                unsigned tries;

                r.who = (uint8_t)(i - 1);
                for (tries = 0; tries < 9 && model.arena[i].alive; tries++) {
                        (void)op_destroy(&r); /* again, after a write after free */
                }
                MUST(!model.arena[i].alive, "at the end: an arena cannot be destroyed");
        }
        if (!model.stop) {
                check_all(1);
                sequence_trim();
                check_all(1);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct input in = { data, size };
        struct record r;
        unsigned n;

        tally_input();
        if (!input_next(&in, &r)) {
                return 0;
        }
        say_doing(NULL, 0, 0, 0);
        plan_clear();
        world_begin(&r);
        world_watch(model_live);
        model_begin();
        for (n = 0; n < INPUT_OPERATIONS && !model.stop && input_next(&in, &r); n++) {
                sequence_step(&r);
        }
        sequence_end();
        /* What was written too late to a place of the default arena, which ends with
         * the process, may never be looked at. */
        if (!model.stop && !model_late_any()) {
                world_end(!model.calm ? WORLD_ANY : model.forked ? WORLD_UNLOCKED : WORLD_CLOSED);
        } else {
                world_end(WORLD_LOST);
        }
        return 0;
}
