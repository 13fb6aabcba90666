/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_reserve.c - the operations that reserve room in arenas, and use it.
 */
#include <errno.h>

#include "check.h"
#include "ledger.h"
#include "ops.h"
#include "plan.h"
#include "say.h"
#include "world.h"

/* So many secrets no range has room for. */
#define ARENA_MOST ((size_t)1 << 30)
/* Secrets of a reserve that are used, at most. */
#define ARENA_USED 6u

/* No reason to refuse it is there.  Of cells it is so sure for a few alone: many are several
 * runs. */
static int arena_free_to_reserve(const struct arena *a, size_t count, size_t size)
{
        const size_t pitch = model_pitch((unsigned)(a - model.arena), size, 16);
        const size_t data = pitch != 0 ? 65536u : model_data(size, 16);

        if (pitch != 0 && count * pitch > 8192) {
                return 0;
        }
        return model.calm && !model.tight && count < ARENA_MOST && a->policy.capacity == 0 &&
               ledger_room(model_capacity(data)) &&
               (a->policy.locked != LOCKET_REQUIRE || world_lock_limit() == SIZE_MAX);
}

/* Reserve: 1 if it could be. */
static int arena_reserve(unsigned arena, size_t count, size_t size, enum tally_end *end)
{
        struct arena *a = &model.arena[arena];
        struct call c = { .what = CALL_RESERVE, .arena = a->handle, .other = count, .size = size };
        const size_t locked = world_locked_bytes();

        call_make(&c);
        model.violations += (size_t)c.violated;
        if (c.violated) {
                MUST(ops_late(&c), "reserve is a violation");
                a->reserved = 1;
        }
        *end = ops_end(&c);
        if (c.violated) {
                return 0;
        }
        if (!a->alive) {
                MUST(c.code == -1 && c.error == EINVAL, "reserve in what is no arena");
                return 0;
        }
        if (c.code != 0) {
                MUST(c.error == ENOMEM || c.error == EAGAIN || model_struck(), "reserve: errno");
                MUST(size > LOCKET_MAX_SIZE || model_struck() ||
                             !arena_free_to_reserve(a, count, size),
                     "reserve fails without a reason");
                model.tight |= c.error == ENOMEM;
                MUST(model_struck_again() || world_locked_bytes() <= locked,
                     "a failed reserve leaves more locked");
                return 0;
        }
        MUST_BE(c.error, 0, "a call that succeeds changes errno");
        MUST(size <= LOCKET_MAX_SIZE && count < ARENA_MOST, "a reserve that cannot be succeeds");
        a->reserved = 1;
        return 1;
}

/* So many bytes that a reserve takes no longer than other operations. */
static size_t arena_count(size_t count, size_t size)
{
        const size_t most = (size_t)1 << 20;

        return size < most && count * model_data(size, 16) > most ? most / model_data(size, 16)
                                                                  : count;
}

enum tally_end op_reserve(const struct record *r)
{
        const unsigned arena = 1 + r->who % (MODEL_ARENAS - 1);
        const size_t size = ops_size(r->x, r->y);
        enum tally_end end;

        if (size > LOCKET_MAX_SIZE || size < (size_t)1 << 20) {
                const size_t count = r->who >= 0xf8 ? SIZE_MAX >> r->y % 32u
                                                    : arena_count(r->who / 8u * 4u, size);

                (void)arena_reserve(arena, count, size, &end);
                return end;
        }
        return TALLY_NONE;
}

/* 1 if locks are only preferred, and there is a limit: those that could not be had are
 * tried again. */
static int arena_unlocked(const struct arena *a)
{
        return a->policy.locked == LOCKET_PREFER && world_lock_limit() != SIZE_MAX;
}

/* Other secrets of the arena go: what was handed out before it was reserved. */
static void arena_free_others(unsigned arena)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS && !model.stop; i++) {
                if (model.secret[i].p != NULL && model.secret[i].arena == arena) {
                        (void)ops_free(&model.secret[i], CALL_FREE, 0);
                }
        }
}

/* Get ${count} secrets that were reserved: each is to be had, and without a call of the
 * system, or with the one that opens a closed page, if ${quick}.  1 if so. */
static int arena_use(unsigned arena, size_t count, size_t size, int quick, enum tally_end *end)
{
        const struct arena *a = &model.arena[arena];
        const size_t calls = plan_calls();
        struct secret *made[ARENA_USED];
        size_t i;

        for (i = 0; i < count; i++) {
                struct call c = { .what = CALL_ARENA_MALLOC, .arena = a->handle, .size = size };

                *end = ops_get(&c, arena, size, 16);
                made[i] = c.pointer == NULL ? NULL : model_find(c.pointer);
                MUST(made[i] != NULL || c.violated, "a secret that was reserved cannot be had");
                if (made[i] == NULL || model.stop) {
                        return 0;
                }
        }
        MUST(!quick || plan_calls() - calls <=
                               (a->policy.freed == LOCKET_FREED_CLOSE &&
                                model_pitch(arena, size, 16) == 0 ? count : 0),
             "reserved secrets cost calls of the system");
        for (i = 0; i < count; i++) {
                *end = ops_free(made[i], CALL_FREE, 0);
        }
        return !model.stop;
}

/* What was reserved is there, again and again: where there is a limit, no more than
 * that is promised after the first time. */
enum tally_end op_reserve_use(const struct record *r)
{
        const unsigned arena = 1 + r->who % (MODEL_ARENAS - 1);
        const struct arena *a = &model.arena[arena];
        const size_t size = ops_size(r->x % 192u, r->y);
        const size_t count = 1 + r->who / 8u % ARENA_USED;
        enum tally_end end = TALLY_NONE;
        unsigned round;
        int quick;

        if (a->alive && MODEL_SECRETS - model_count() < count) {
                return TALLY_NONE;
        }
        plan_clear(); /* what is promised is promised for then */
        if (!arena_reserve(arena, count, size, &end)) {
                return end;
        }
        if (r->who >= 0xc0) {
                arena_free_others(arena);
        }
        for (round = 0; round < 3 && !model.stop; round++) {
                quick = !model_late(arena) && model.calm && !arena_unlocked(a) &&
                        (round == 0 || (world_lock_limit() == SIZE_MAX && a->policy.capacity == 0));
                if (!arena_use(arena, count, size, quick, &end)) {
                        return end;
                }
        }
        return end;
}
