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

/* What an allocation must do: succeed, fail with ${error}, or either. */
struct forecast {
        int error;
        int certain;
        size_t data;    /* bytes of pages that it needs; 0: it cannot be */
};

/* Bytes that the live secrets of this process have locked; and, of ${arena},
 * open. */
static size_t get_locked(void)
{
        size_t bytes = 0;
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *s = &model.secret[i];
                const size_t data = s->p == NULL ? 0 : model_data(s->size, s->alignment);

                if (data != 0 && world_locked(model_end(s) - data, data) == 1) {
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

                if (s->p != NULL && s->arena == arena && !s->stale) {
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
        const struct forecast fits = { 0, get_exact(), data };
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

/* What must come of ${size} bytes from ${arena}. */
static struct forecast get_forecast(unsigned arena, size_t size, size_t alignment)
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
        data = model_data(size, alignment);
        if (data > (size_t)1 << 28) {
                return none; /* more than the range */
        }
        return get_limits(arena, data);
}

static void get_failed(const struct call *c, const struct forecast *f)
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

/* 1 if spans could not be put back into the state of fresh ones. */
static int get_may_spoil(unsigned arena)
{
        const struct locket_policy *p = &model.arena[arena].policy;

        return model_struck_again() ||
               (model_struck() && (p->undumped == LOCKET_OFF || p->fork_safe == LOCKET_OFF));
}

/* A violation in the middle: nothing was got, and nothing lost (check_stats). */
static enum tally_end get_late(const struct call *c)
{
        MUST(ops_late(c), "an allocation is a violation");
        return ops_end(c);
}

enum tally_end ops_get(struct call *c, unsigned arena, size_t size, size_t alignment)
{
        const struct forecast f = get_forecast(arena, size, alignment);
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
                get_failed(c, &f);
                MUST(model_struck_again() || world_locked_bytes() <= locked,
                     "a failed allocation leaves more locked");
                MUST(ledger_spans() <= spans || get_may_spoil(arena),
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

/* ----------------------------------------------------------------- resize */

/* The secret moved to ${to}, or stayed. */
static void get_resized(struct secret *s, unsigned char *to, size_t size, int stays)
{
        const size_t kept = s->size < size ? s->size : size;
        unsigned char *was = s->p;
        const size_t old_size = s->size;
        struct secret *t = s;

        MUST((to == was) == stays, "realloc moves, or does not");
        if (!stays) {
                MUST(model_find(to) == NULL, "a secret is handed out twice");
                t = model_add(s->arena, to, size, s->alignment);
                memcpy(t->bytes, s->bytes, kept < MODEL_BYTES ? kept : MODEL_BYTES);
                model_remove(s);
                check_freed(was, old_size, s->alignment);
                check_made(t);
                return;
        }
        if (kept < MODEL_BYTES) {
                memset(s->bytes + kept, 0, MODEL_BYTES - kept);
        }
        s->size = size;
        s->access = LOCKET_READ_WRITE;
        memset(s->damage, 0, sizeof s->damage); /* all equal what they were */
        check_secret(s);
}

/* A late write to another place was found: ${s} is as it was; or it had moved, and has
 * ended in both places. */
static enum tally_end get_realloc_late(struct secret *s, const struct call *c, int stays)
{
        struct locket_report report;

        report.struct_size = 0;
        if (locket_inspect(s->p, &report) == 0) {
                s->access = (int)report.access; /* a refused call may have left another */
                MUST_BE(report.size, s->size, "a violation in the middle resizes a secret");
                return ops_end(c);
        }
        MUST(!stays, "a violation in the middle ends a secret that stays");
        model_peak(s->arena);
        model_remove(s);
        model_unseen(s->arena);
        check_freed((unsigned char *)c->p, s->size, s->alignment);
        return ops_end(c);
}

static enum tally_end get_realloc_violated(struct secret *s, const struct call *c, int damage,
                                           int stays)
{
        unsigned char *was = s->p;

        if (damage < 0 && ops_late(c)) {
                return get_realloc_late(s, c, stays);
        }
        MUST(c->at == s->p, "realloc: another address is reported");
        if (c->kind == LOCKET_METADATA_DAMAGE) {
                MUST(model_struck(), "realloc: metadata damage");
                ops_access_again(s);
                return ops_end(c);
        }
        MUST_BE(c->kind, damage, "realloc: the kind of damage");
        model_remove(s);
        check_freed(was, s->size, s->alignment);
        return ops_end(c);
}

enum tally_end op_realloc(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        struct call c = { .what = CALL_REALLOC, .size = ops_size(r->x, r->y) };
        struct forecast f;
        size_t spans;
        int damage;
        int stays;

        if (s == NULL || model_room() == NULL) {
                return TALLY_NONE;
        }
        if (c.size == 0) {
                return ops_free(s, CALL_REALLOC, 0);
        }
        c.p = s->p;
        damage = c.size > LOCKET_MAX_SIZE ? -1 : model_damage(s);
        stays = !s->stale && c.size <= LOCKET_MAX_SIZE &&
                model_round(c.size, s->alignment) == model_round(s->size, s->alignment);
        f = get_forecast(s->arena, c.size, s->alignment);
        spans = ledger_spans();
        ops_call_on(s, &c);
        if (c.violated) {
                return get_realloc_violated(s, &c, damage, stays);
        }
        if (c.pointer == NULL) {
                MUST(!stays || model_struck(), "realloc fails in place");
                get_failed(&c, &f);
                MUST(ledger_spans() <= spans || get_may_spoil(s->arena),
                     "a failed realloc leaves more of the range taken");
                if (model_struck()) {
                        ops_access_again(s);
                }
                check_secret(s);
                return ops_end(&c);
        }
        MUST(damage < 0, "realloc: damage is not found");
        MUST_BE(c.error, 0, "a call that succeeds changes errno");
        MUST(stays || f.error == 0 || !f.certain, "a realloc that cannot be succeeds");
        get_resized(s, c.pointer, c.size, stays);
        return ops_end(&c);
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
