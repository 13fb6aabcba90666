/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_get.c - the operations that get secrets, and what must come of each.
 */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "ledger.h"
#include "ops.h"
#include "say.h"
#include "world.h"

/* Bytes that the live secrets of this process have locked; and, of ${arena},
 * open. */
static size_t get_locked(void)
{
        size_t bytes = 0;
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *s = &model.secret[i];
                const size_t data = s->p == NULL || s->pitch != 0 ? 0
                                                                  : model_data(s->size, s->alignment);

                if (data != 0 && /* cells have some too: this is the least */ world_locked(model_end(s) - data, data) == 1) {
                        bytes += data;
                }
        }
        return bytes;
}

static size_t get_open(unsigned arena)
{
        size_t bytes = 0;
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *s = &model.secret[i];

                if (s->p != NULL && s->pitch == 0 && s->arena == arena && !s->stale) {
                        bytes += model_data(s->size, s->alignment);
                }
        }
        return bytes;
}

/* No room that was reserved is in the way, so that what fits is known. */
static int get_exact(void)
{
        unsigned i;

        for (i = 0; i < MODEL_ARENAS; i++) {
                if (model.arena[i].reserved) {
                        return 0;
                }
        }
        return model.calm;
}

static struct forecast get_limits(unsigned arena, size_t data)
{
        const struct locket_policy *p = &model.arena[arena].policy;
        const int limits = p->capacity != 0 || world_lock_limit() != SIZE_MAX;
        const struct forecast fits = { 0, get_exact() && !(limits && model_cells()), data };
        const struct forecast cap = { ENOMEM, 1, data };
        const struct forecast limit = { EAGAIN, 1, data };

        if (p->capacity != 0 && get_open(arena) + data > p->capacity) {
                return cap;
        }
        if (p->locked == LOCKET_REQUIRE && world_lock_limit() != SIZE_MAX &&
            get_locked() + data > world_lock_limit()) {
                return limit;
        }
        return fits;
}

struct forecast ops_forecast(unsigned arena, size_t size, size_t alignment)
{
        const struct forecast invalid = { EINVAL, 1, 0 };
        const struct forecast none = { ENOMEM, 1, 0 };
        size_t data;

        if (!model.arena[arena].alive) {
                return invalid;
        }
        if (alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment > world_page()) {
                return invalid;
        }
        if (size > LOCKET_MAX_SIZE) {
                return none;
        }
        data = model_pitch(arena, size, alignment) != 0 ? model_run_least()
                                                        : model_data(size, alignment);
        if (data > (size_t)1 << 28) {
                return none; /* more than the range */
        }
        return get_limits(arena, data);
}

void ops_failed(const struct call *c, const struct forecast *f)
{
        MUST(c->error != 0, "an allocation fails without an errno");
        model.tight |= c->error == ENOMEM; /* whatever could be given up, was */
        if (model_struck()) {
                MUST(c->error == ENOMEM || c->error == EAGAIN || c->error == EPERM ||
                             c->error == ENOTSUP || c->error == EIO || c->error == EINVAL,
                     "an allocation fails with an errno that is not documented");
                MUST(c->error != EINVAL || f->error == EINVAL, "an allocation fails with EINVAL");
                return;
        }
        if (f->error != 0 && c->error == f->error) {
                return;
        }
        MUST(c->error == ENOMEM || c->error == EAGAIN, "an allocation fails with that errno");
        if (c->error == ENOMEM && !ledger_room(model_capacity(f->data))) {
                return; /* the address space is used up */
        }
        MUST(!f->certain || f->error != 0, "an allocation fails without a reason");
        MUST(c->error != EAGAIN || world_lock_limit() != SIZE_MAX, "EAGAIN without a lock limit");
}

int ops_may_spoil(unsigned arena)
{
        const struct locket_policy *p = &model.arena[arena].policy;

        return model_struck_again() ||
               (model_struck() && (p->undumped == LOCKET_OFF || p->fork_safe == LOCKET_OFF ||
                                  p->fork != LOCKET_FORK_WIPE));
}

/* A violation in the middle: nothing was got, and nothing lost (check_stats). */
static enum tally_end get_late(const struct call *c)
{
        MUST(ops_late(c), "an allocation is a violation");
        return ops_end(c);
}

enum tally_end ops_get(struct call *c, unsigned arena, size_t size, size_t alignment)
{
        const struct forecast f = ops_forecast(arena, size, alignment);
        const size_t locked = world_locked_bytes();
        const size_t spans = ledger_spans();

        call_make(c);
        model.violations += (size_t)c->violated;
        model.started |= arena == 0 || c->pointer != NULL;
        if (c->violated) {
                return get_late(c);
        }
        if (arena == 0 && ops_lacks(&model.arena[0].policy)) {
                MUST(c->pointer == NULL, "a protection is lacking and nobody cares");
                MUST(c->error == ENOTSUP || model_struck(), "a lacking protection is ENOTSUP");
                return ops_end(c);
        }
        if (c->pointer == NULL) {
                ops_failed(c, &f);
                MUST(model_struck_again() || world_locked_bytes() <= locked,
                     "a failed allocation leaves more locked");
                MUST(ledger_spans() <= spans || ops_may_spoil(arena),
                     "a failed allocation leaves more of the range taken");
                return ops_end(c);
        }
        MUST_BE(c->error, 0, "a call that succeeds changes errno");
        MUST(f.error == 0 || !f.certain, "an allocation that cannot be succeeds");
        MUST(model_find(c->pointer) == NULL, "a secret is handed out twice");
        check_made(model_add(arena, c->pointer, size, alignment));
        return ops_end(c);
}

enum tally_end op_malloc(const struct record *r)
{
        struct call c = { .what = CALL_MALLOC, .size = ops_size(r->x, r->y) };

        if (r->who >= 0xf0) {
                c.what = CALL_REALLOC; /* of NULL, which is a malloc */
        }
        return model_room() == NULL ? TALLY_NONE : ops_get(&c, 0, c.size, 16);
}

enum tally_end op_calloc(const struct record *r)
{
        static const size_t counts[8] = { 1, 2, 3, 0, 7, SIZE_MAX, SIZE_MAX / 2 + 2, 16 };
        struct call c = { .what = CALL_CALLOC, .size = ops_size(r->x, r->y) % 16384u };
        size_t size;

        c.other = counts[r->who % 8u];
        if (model_room() == NULL) {
                return TALLY_NONE;
        }
        if (__builtin_mul_overflow(c.other, c.size, &size)) {
                size = SIZE_MAX;
        }
        return ops_get(&c, 0, size, 16);
}

enum tally_end op_aligned(const struct record *r)
{
        struct call c = { .what = CALL_ALIGNED, .size = ops_size(r->x, r->y) };

        c.other = ops_alignment(r->who);
        return model_room() == NULL ? TALLY_NONE : ops_get(&c, 0, c.size, c.other);
}

enum tally_end op_secure_alloc(const struct record *r)
{
        struct call c = { .what = CALL_SECURE, .size = ops_size(r->x, r->y) };

        c.size = c.size > UINT32_MAX ? UINT32_MAX : c.size;
        return model_room() == NULL ? TALLY_NONE : ops_get(&c, 0, c.size, 16);
}

enum tally_end op_arena_malloc(const struct record *r)
{
        const unsigned arena = 1 + r->who % (MODEL_ARENAS - 1);
        struct call c = { .what = CALL_ARENA_MALLOC, .size = ops_size(r->x, r->y) };

        c.arena = model.arena[arena].handle;
        return model_room() == NULL ? TALLY_NONE : ops_get(&c, arena, c.size, 16);
}

enum tally_end op_arena_aligned(const struct record *r)
{
        const unsigned arena = 1 + r->who % (MODEL_ARENAS - 1);
        struct call c = { .what = CALL_ARENA_ALIGNED, .size = ops_size(r->x, r->y) };

        c.arena = model.arena[arena].handle;
        c.other = ops_alignment(r->who / 8u);
        return model_room() == NULL ? TALLY_NONE : ops_get(&c, arena, c.size, c.other);
}

/* Get and free many, one after the other: what was freed is used again. */
enum tally_end op_churn(const struct record *r)
{
        const unsigned arena = r->who % MODEL_ARENAS;
        const size_t size = ops_size(r->y % 128u, r->x);
        enum tally_end end = TALLY_NONE;
        unsigned n;

        for (n = 0; n < 2u + r->x % 16u && model_room() != NULL && !model.stop; n++) {
                struct call c = { .what = CALL_MALLOC, .size = size };
                struct secret *s;

                if (arena != 0) {
                        c.what = CALL_ARENA_MALLOC;
                        c.arena = model.arena[arena].handle;
                }
                end = ops_get(&c, arena, size, 16);
                s = c.pointer == NULL ? NULL : model_find(c.pointer);
                if (s == NULL) {
                        break;
                }
                if (size > 0) {
                        memset(s->p, 0xa5, size);
                }
                end = ops_free(s, CALL_FREE, 0);
        }
        return end;
}
