/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_bad.c - the operations that locket must refuse or find: what no right
 * program does.
 */
#include <errno.h>
#include <string.h>

#include "ledger.h"
#include "ops.h"
#include "say.h"
#include "world.h"

/* Free ${p}, which is no live secret: a violation of a kind that the model
 * allows, and nothing changes. */
static enum tally_end bad_free(void *p, enum call_what how, size_t size)
{
        struct call c = { .what = how, .size = size };
        const unsigned kinds = model_bad(p);

        if (p == NULL || model_find(p) != NULL) {
                return TALLY_NONE;
        }
        c.p = p;
        call_make(&c);
        model.violations += 1;
        MUST(c.violated, "a free of what is no secret is not found");
        MUST(MODEL_BIT(c.kind) & kinds, "a bad free is of another kind");
        MUST(c.at == p, "a bad free: another address is reported");
        return ops_end(&c);
}

static enum call_what bad_how(unsigned y)
{
        return y % 4u == 0 ? CALL_FREE_SIZED : CALL_FREE;
}

enum tally_end op_double_free(const struct record *r)
{
        /* The latest first: they are still remembered. */
        const struct freed *f = &model.freed[(model.freed_next - 1u - r->who % 12u) % MODEL_FREED];

        return f->p == NULL ? TALLY_NONE : bad_free(f->p, bad_how(r->y), f->size);
}

enum tally_end op_interior_free(const struct record *r)
{
        const struct secret *s = model_pick(r->who);
        const size_t off = (size_t)r->x * 256u + r->y;
        unsigned char *lo;

        if (s == NULL) {
                return TALLY_NONE;
        }
        lo = s->pitch != 0 ? s->p : model_end(s) - model_data(s->size, s->alignment);
        if (r->x >= 0xc0) { /* close to its first byte */
                return bad_free(s->p - 8 + r->y % 16u, bad_how(r->y / 16u), s->size);
        }
        return bad_free(lo + off % (size_t)(model_end(s) - lo), bad_how(r->y), s->size);
}

/* Guards, tables, places of freed secrets, other memory of the program. */
enum tally_end op_foreign_free(const struct record *r)
{
        static unsigned char other[64];
        const struct secret *s = model_pick(r->who);
        const struct freed *f = &model.freed[r->who % MODEL_FREED];
        unsigned char *base;
        const size_t size = ledger_range(&base);
        const size_t off = ((size_t)r->x << 8) + r->y;

        switch (r->x % 5u) {
        case 0:
                return bad_free(other + r->y % sizeof other, bad_how(r->who), 1);
        case 1:
                return s == NULL
                               ? TALLY_NONE
                               : bad_free(model_end(s) + 1 + off % (world_page() - 1), CALL_FREE, 0);
        case 2:
                return size == 0 ? TALLY_NONE : bad_free(base + size + r->y * 16u, CALL_FREE, 0);
        case 3:
                return f->p == NULL ? TALLY_NONE : bad_free(f->p - 8 + r->y % 40u, CALL_FREE, 0);
        default:
                return size == 0 ? TALLY_NONE
                                 : bad_free(base + off * 4099u % size, CALL_FREE, 0);
        }
}

enum tally_end op_wild_free(const struct record *r)
{
        const uintptr_t low = ((uintptr_t)r->x << 8) + r->y;
        const uintptr_t wild = r->who % 4u == 0   ? low + 1
                               : r->who % 4u == 1 ? UINTPTR_MAX - low
                               : r->who % 4u == 2 ? (uintptr_t)1 << low % 47u
                                                  : low * 0x9e3779b97f4a7c15u;

        return bad_free((void *)wild, bad_how(r->who / 4u), r->y);
}

enum tally_end op_bad_realloc(const struct record *r)
{
        const struct freed *f = &model.freed[(model.freed_next - 1u - r->who % 12u) % MODEL_FREED];
        const struct secret *s = model_pick(r->who);
        const size_t size = r->y;

        if (r->x % 2u == 0 && f->p != NULL) {
                return bad_free(f->p, CALL_REALLOC, size);
        }
        return s == NULL || s->size < 2 ? TALLY_NONE : bad_free(s->p + 1, CALL_REALLOC, size);
}

/* ---------------------------------------------------------------- looking */

/* An address that is no secret's first byte. */
static void *bad_pointer(const struct record *r)
{
        static unsigned char other;
        const struct secret *s = model_pick(r->who);
        const struct freed *f = &model.freed[r->who % MODEL_FREED];

        switch (r->x % 4u) {
        case 0:
                return NULL;
        case 1:
                return s == NULL ? &other : s->p + 1;
        case 2:
                return f->p == NULL ? &other : f->p;
        default:
                return (void *)((uintptr_t)r->y << 12 | 1u);
        }
}

static void bad_invalid(struct call *c, const char *what)
{
        call_make(c);
        MUST(!c->violated && c->error == EINVAL, what);
        MUST(c->what == CALL_SIZE ? c->number == 0 : c->code == -1, what);
}

/* Structures that say a size which is none. */
static void bad_structures(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        struct locket_report report;
        struct locket_stats stats;
        struct call c = { .what = CALL_INSPECT };

        report.struct_size = 1 + r->y % (sizeof report - 1);
        stats.struct_size = 1 + r->y % (sizeof stats - 1);
        if (s != NULL) {
                c.p = s->p;
                c.to = &report;
                bad_invalid(&c, "inspect: a structure that is too small");
                c.to = NULL;
                bad_invalid(&c, "inspect: NULL");
                c.what = CALL_PROTECT;
                c.mode = r->y % 2u ? 3 + r->y : -1 - r->y;
                if (s->pitch == 0) { /* else it is ENOTSUP whatever the mode */
                        bad_invalid(&c, "protect: a mode that is none");
                }
        }
        c.what = CALL_STATS;
        c.to = &stats;
        bad_invalid(&c, "stats: a structure that is too small");
        c.to = NULL;
        bad_invalid(&c, "stats: NULL");
        c.what = CALL_BUDGET;
        bad_invalid(&c, "budget: NULL");
}

enum tally_end op_bad_look(const struct record *r)
{
        struct locket_report report;
        struct call c = { .what = CALL_SIZE };

        bad_structures(r);
        c.p = bad_pointer(r);
        if (model_find(c.p) != NULL) {
                return TALLY_NONE;
        }
        bad_invalid(&c, "size of what is no secret");
        c.what = CALL_PROTECT;
        c.mode = LOCKET_NO_ACCESS;
        bad_invalid(&c, "protect what is no secret");
        c.what = CALL_INSPECT;
        report.struct_size = 0;
        c.to = &report;
        bad_invalid(&c, "inspect what is no secret");
        return TALLY_EINVAL;
}
