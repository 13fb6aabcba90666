/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_arena.c - the operations on arenas.
 */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "ledger.h"
#include "ops.h"
#include "plan.h"
#include "say.h"
#include "world.h"

/* A policy that ${r} says; 0, or the errno that it must be refused with. */
static int arena_policy(const struct record *r, struct locket_policy *p)
{
        static const size_t capacities[4] = { 0, 0, 3, 12 };
        static const size_t quarantines[8] = { 8, 0, 1, 3, 8, 2, 20, 0 };
        static char label[] = "a label that is longer than the sixty-three bytes that are used";

        locket_policy_init(p);
        p->freed = r->x % 2u ? LOCKET_FREED_CHECK : LOCKET_FREED_CLOSE;
        p->locked = (enum locket_demand)(r->x / 2u % 4u % 3u);
        p->undumped = r->x & 0x08 ? LOCKET_OFF : LOCKET_REQUIRE;
        p->fork_safe = r->x & 0x10 ? LOCKET_OFF : r->x & 0x40 ? LOCKET_PREFER : LOCKET_REQUIRE;
        p->unmerged = r->x & 0x20 ? LOCKET_PREFER : LOCKET_REQUIRE;
        p->label = r->x & 0x80 ? label : NULL;
        p->capacity = capacities[r->y / 8u % 4u] * world_page();
        p->quarantine = quarantines[r->y % 8u];
        p->layout = r->who / 64u == 3 ? LOCKET_COMPACT : LOCKET_GUARDED;
        if (r->who / 16u % 4u != 0 && p->layout == LOCKET_GUARDED) {
                p->fork = r->who / 16u % 4u == 1   ? LOCKET_FORK_KEEP
                          : r->who / 16u % 4u == 2 ? LOCKET_FORK_OMIT
                                                   : LOCKET_FORK_WIPE;
        }
        if (r->y < 0xe0) {
                return 0;
        }
        switch (r->y % 16u) {
        case 0:
                p->layout = LOCKET_COMPACT;
                p->fork = LOCKET_FORK_KEEP;
                return ENOTSUP;
        case 1:
                p->fork = LOCKET_FORK_WIPE;
                p->backing = LOCKET_SECRETMEM;
                p->fork_safe = LOCKET_PREFER;
                return EINVAL; /* wiped on fork */
        case 2:
                p->backing = LOCKET_FILE;
                p->fork = LOCKET_FORK_OMIT;
                return EINVAL; /* no directory */
        case 3:
                p->struct_size += 8;
                return ENOTSUP;
        case 4:
                p->struct_size -= 1;
                return EINVAL;
        case 5:
                p->locked = (enum locket_demand)3;
                return EINVAL;
        case 6:
                p->freed = (enum locket_freed)2;
                return EINVAL;
        case 7:
                p->layout = (enum locket_layout)7;
                return EINVAL;
        default:
                return 0;
        }
}

/* An arena that is not there; -1: all are. */
static int arena_unused(void)
{
        int i;

        for (i = 1; i < (int)MODEL_ARENAS; i++) {
                if (!model.arena[i].alive) {
                        return i;
                }
        }
        return -1;
}

static void arena_enter(struct arena *a, struct locket_arena *handle, const struct locket_policy *p)
{
        unsigned i;

        for (i = 1; i < MODEL_ARENAS; i++) {
                MUST(!model.arena[i].alive || model.arena[i].handle != handle,
                     "an arena is handed out twice");
                if (model.arena[i].handle == handle) {
                        model.arena[i].handle = NULL; /* used again: not a dead one's */
                }
        }
        memset(a, 0, sizeof *a);
        a->handle = handle;
        a->alive = 1;
        a->policy = *p;
        a->policy.label = NULL;
}

enum tally_end op_create(const struct record *r)
{
        struct locket_policy policy;
        struct call c = { .what = CALL_CREATE, .policy = &policy };
        const int refused = arena_policy(r, &policy);
        const int i = arena_unused();

        if (i < 0) {
                return TALLY_NONE;
        }
        if (r->who % 16u == 0 && refused == 0) {
                locket_policy_init(&policy);
                c.policy = NULL;
        }
        call_make(&c);
        MUST(!c.violated, "create is a violation");
        if (c.made == NULL) {
                MUST(c.error != 0, "create fails without an errno");
                MUST(model_struck() || c.error == (refused != 0 ? refused : ENOTSUP),
                     "create: another errno");
                MUST(refused != 0 || model_struck() || ops_lacks(&policy), "create fails");
                return ops_end(&c);
        }
        model.started = 1;
        MUST_BE(c.error, 0, "a call that succeeds changes errno");
        MUST_BE(refused, 0, "create: a policy that cannot be had");
        MUST(!ops_lacks(&policy), "create: a protection is lacking and nobody cares");
        arena_enter(&model.arena[i], c.made, &policy);
        return ops_end(&c);
}

/* ---------------------------------------------------------------- destroy */

/* 1 if the handle is that of an arena: any other answer than EINVAL. */
static int arena_known(const struct arena *a)
{
        struct call c = { .what = CALL_ARENA_MALLOC, .arena = a->handle, .size = SIZE_MAX };

        call_make(&c);
        MUST(!c.violated && c.pointer == NULL, "an impossible size can be had");
        return c.error != EINVAL;
}

static void arena_leave(unsigned i)
{
        unsigned k;

        model.arena[i].alive = 0;
        model_cell_forget(i);
        for (k = 0; k < MODEL_LATE; k++) {
                if (model.late[k].p != NULL && model.late[k].arena == i) {
                        model.late[k].p = NULL; /* others of it are wiped with it */
                }
        }
        for (k = 0; k < MODEL_FREED; k++) {
                if (model.freed[k].arena == i) {
                        model.freed[k].p = NULL;
                }
        }
}

enum tally_end op_destroy(const struct record *r)
{
        const unsigned i = 1 + r->who % (MODEL_ARENAS - 1);
        struct arena *a = &model.arena[i];
        struct call c = { .what = CALL_DESTROY, .arena = a->handle };
        const int late = a->alive && model_late(i);

        call_make(&c);
        model.violations += (size_t)c.violated;
        if (c.violated) {
                MUST(ops_late(&c) && a->alive && a->live == 0, "destroy is a violation");
                if (!arena_known(a)) {
                        arena_leave(i);
                }
        } else if (!a->alive) {
                MUST(c.code == -1 && c.error == EINVAL, "destroy of what is no arena");
        } else if (a->live != 0) {
                MUST(c.code == -1 && c.error == EBUSY, "destroy of an arena in use");
        } else if (c.code != 0) {
                MUST(c.error == ENOMEM && (model_struck() || !model.calm), "destroy fails");
        } else {
                MUST(!late, "destroy: a write after free is not found");
                MUST_BE(c.error, 0, "a call that succeeds changes errno");
                MUST(!arena_known(a), "a destroyed arena is known");
                arena_leave(i);
        }
        return ops_end(&c);
}

/* Handles that are none. */
enum tally_end op_bad_arena(const struct record *r)
{
        static char other[8];
        const struct arena *a = &model.arena[1 + r->who % (MODEL_ARENAS - 1)];
        struct call c = { .what = CALL_ARENA_MALLOC, .size = r->y };

        c.arena = r->x % 4u == 0   ? NULL
                  : r->x % 4u == 1 ? (struct locket_arena *)(void *)other
                  : r->x % 4u == 2 ? (struct locket_arena *)((uintptr_t)a->handle + 1 + r->y)
                                   : (struct locket_arena *)((uintptr_t)r->y << 20);
        call_make(&c);
        MUST(!c.violated && c.pointer == NULL && c.error == EINVAL, "malloc from what is no arena");
        c.what = CALL_DESTROY;
        call_make(&c);
        MUST(!c.violated && c.code == -1 && c.error == EINVAL, "destroy of what is no arena");
        c.what = CALL_RESERVE;
        call_make(&c);
        MUST(!c.violated && c.code == -1 && c.error == EINVAL, "reserve in what is no arena");
        return TALLY_EINVAL;
}
