/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_realloc.c - the operation that resizes secrets, and what must come of it.
 */
#include <string.h>

#include "check.h"
#include "ledger.h"
#include "ops.h"
#include "say.h"
#include "world.h"

/* The secret moved to ${to}, or stayed. */
static void realloc_done(struct secret *s, unsigned char *to, size_t size, int stays)
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
                if (s->pitch != 0) {
                        model_cell_mended(s); /* nothing is damaged, all equals what it was */
                }
                model_remove(s);
                check_freed(was, old_size, s->alignment, s->pitch);
                check_made(t);
                return;
        }
        if (kept < MODEL_BYTES) {
                memset(s->bytes + kept, 0, MODEL_BYTES - kept);
        }
        s->size = size;
        s->access = LOCKET_READ_WRITE;
        memset(s->damage, 0, sizeof s->damage); /* all equal what they were */
        if (s->pitch != 0) {
                model_cell_mended(s);
                check_made(s); /* with a canary of its own */
                return;
        }
        check_secret(s);
}

/* A late write to another place was found: ${s} is as it was; or it had moved, and has
 * ended in both places. */
static enum tally_end realloc_late(struct secret *s, const struct call *c, int stays)
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
        model_unseen(s->arena, model_pitch(s->arena, c->size, s->alignment));
        check_freed((unsigned char *)c->p, s->size, s->alignment, s->pitch);
        return ops_end(c);
}

static enum tally_end realloc_violated(struct secret *s, const struct call *c, int damage,
                                           int stays)
{
        unsigned char *was = s->p;

        if (damage < 0 && ops_late(c)) {
                return realloc_late(s, c, stays);
        }
        MUST(c->at == s->p, "realloc: another address is reported");
        if (c->kind == LOCKET_METADATA_DAMAGE) {
                MUST(model_struck(), "realloc: metadata damage");
                ops_access_again(s);
                return ops_end(c);
        }
        MUST_BE(c->kind, damage, "realloc: the kind of damage");
        if (s->pitch != 0) {
                model_cell_mended(s);
        }
        model_remove(s);
        check_freed(was, s->size, s->alignment, s->pitch);
        return ops_end(c);
}

/* 1 if ${s} has room for ${size} bytes where it is. */
static int realloc_stays(const struct secret *s, size_t size)
{
        if (s->stale || size > LOCKET_MAX_SIZE) {
                return 0;
        }
        return s->pitch != 0 ? model_pitch(s->arena, size, s->alignment) == s->pitch
                             : model_round(size, s->alignment) == model_round(s->size, s->alignment);
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
        stays = realloc_stays(s, c.size);
        f = ops_forecast(s->arena, c.size, s->alignment);
        spans = ledger_spans();
        ops_call_on(s, &c);
        if (c.violated) {
                return realloc_violated(s, &c, damage, stays);
        }
        if (c.pointer == NULL) {
                MUST(!stays || model_struck(), "realloc fails in place");
                ops_failed(&c, &f);
                MUST(ledger_spans() <= spans || ops_may_spoil(s->arena),
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
        realloc_done(s, c.pointer, c.size, stays);
        return ops_end(&c);
}
