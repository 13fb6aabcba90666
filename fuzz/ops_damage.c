/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_damage.c - the operations that write where no right program does: beside a
 * secret, and to one that was freed.
 */
#include "ops.h"
#include "say.h"
#include "world.h"

static struct damage *bad_damage(struct secret *s, unsigned char *at)
{
        unsigned i;

        for (i = 0; i < MODEL_DAMAGE; i++) {
                if (s->damage[i].at == at) {
                        return &s->damage[i];
                }
        }
        for (i = 0; i < MODEL_DAMAGE; i++) {
                if (s->damage[i].at == NULL) {
                        return &s->damage[i];
                }
        }
        return NULL;
}

/* Change the byte at ${at}, beside ${s}; ${inside}: it is surely on its pages. */
static enum tally_end bad_write(struct secret *s, unsigned char *at, unsigned y, int inside)
{
        struct damage *d = bad_damage(s, at);
        unsigned char now;
        unsigned char then;

        if (d == NULL || !world_peek(at, &now, 1)) {
                return TALLY_NONE;
        }
        then = now ^ (unsigned char)(y % 255u + 1u);
        if (!world_poke(at, &then, 1)) {
                MUST(!inside || s->access != LOCKET_READ_WRITE, "slack cannot be written");
                return TALLY_GUARD;
        }
        MUST(s->access == LOCKET_READ_WRITE, "a closed secret can be written");
        MUST(at < model_end(s), "the guard above a secret can be written");
        if (d->at == NULL) {
                d->at = at;
                d->was = now;
        }
        d->is = then;
        return TALLY_OK;
}

/* How far from the secret: close to it, close to the far end of the slack, or
 * anywhere in it, and a little beyond. */
static size_t bad_distance(unsigned x, size_t slack)
{
        if (x < 0x30 || slack == 0) {
                return x % 0x30u;
        }
        if (x < 0x60) {
                return slack - 1 - x % 0x30u % slack;
        }
        return x * 67u % (slack + 8);
}

/* The cell that ${at} is in: a live one, the one below ${s}, or the place of one that was
 * freed so lately that it is still free; or NULL, as nobody knows. */
static unsigned char *bad_cell(const struct secret *s, unsigned char *at)
{
        const struct secret *t = model_cell_at(at);
        unsigned i;

        if (t != NULL) {
                return t->p;
        }
        if (at < s->p && at >= s->p - MODEL_GAP) {
                return s->p - s->pitch;
        }
        for (i = 0; i < MODEL_FREED; i++) {
                const struct freed *f = &model.freed[i];

                if (f->p != NULL && f->pitch != 0 && !f->lost && model_remembered(f) && at >= f->p &&
                    at < f->p + f->pitch) {
                        return f->p;
                }
        }
        return NULL;
}

/* Change the byte at ${at} of ${cell}, or below it if that is the first; ${live}: it is a
 * secret's.  Else it is a late write. */
static enum tally_end bad_mark(unsigned char *at, unsigned char *cell, unsigned arena, unsigned y,
                               int live)
{
        unsigned char now;
        unsigned char then;

        if (!world_peek(at, &now, 1) || !model_mark_room(at) || (!live && !model_late_room(cell))) {
                return TALLY_NONE;
        }
        then = now ^ (unsigned char)(y % 255u + 1u);
        if (then == 0) { /* that is what it may be put right to */
                then = now != 1 ? 1 : 2;
        }
        MUST(world_poke(at, &then, 1), "a cell cannot be written");
        (void)model_mark(at, now, then, cell, arena);
        if (!live) {
                model_late_add(cell, arena, 1);
                model_cell_settle();
        }
        return TALLY_OK;
}

/* Write to ${at}, not far from cell ${s}. */
static enum tally_end bad_beside(struct secret *s, unsigned char *at, unsigned y)
{
        unsigned char *front = model_front(s->p, s->pitch);
        const struct secret *t = model_cell_at(at);
        unsigned char *cell;

        if (model_lost(s) || (t != NULL && at < t->p + t->size)) {
                return TALLY_NONE; /* nobody looks; it is another secret */
        }
        if (front != NULL && at < s->p) {
                return at < front ? TALLY_GUARD : bad_mark(at, s->p, s->arena, y, 1);
        }
        cell = bad_cell(s, at);
        return cell == NULL ? TALLY_NONE : bad_mark(at, cell, s->arena, y, model_find(cell) != NULL);
}

enum tally_end op_overrun(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        const size_t slack = s == NULL ? 0 : (size_t)(model_end(s) - s->p) - s->size;
        const size_t off = bad_distance(r->x, slack);

        if (s == NULL || off >= slack + world_page()) {
                return TALLY_NONE;
        }
        if (s->pitch != 0) {
                return bad_beside(s, s->p + s->size + off, r->y);
        }
        return bad_write(s, s->p + s->size + off, r->y, off < slack);
}

enum tally_end op_underrun(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        size_t slack;
        size_t off;

        if (s == NULL) {
                return TALLY_NONE;
        }
        if (s->pitch != 0) {
                return bad_beside(s, s->p - 1 - bad_distance(r->x, MODEL_GAP), r->y);
        }
        slack = model_data(s->size, s->alignment) - model_round(s->size, s->alignment);
        off = bad_distance(r->x, slack);
        /* Below its own pages a guard follows, or more of its own. */
        return bad_write(s, s->p - 1 - off, r->y, off < slack);
}

/* Put damaged bytes back: then nobody can tell. */
enum tally_end op_heal(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        unsigned i;

        if (s == NULL || s->access != LOCKET_READ_WRITE) {
                return TALLY_NONE;
        }
        for (i = 0; i < MODEL_MARKS; i++) {
                struct mark *m = &model.mark[i];

                if (m->at != NULL && m->cell == s->p) {
                        MUST(world_poke(m->at, &m->was, 1), "a cell cannot be written");
                        m->at = NULL;
                }
        }
        for (i = 0; i < MODEL_DAMAGE; i++) {
                struct damage *d = &s->damage[i];

                if (d->at != NULL) {
                        MUST(world_poke(d->at, &d->was, 1), "slack cannot be written");
                        d->at = NULL;
                }
        }
        return TALLY_OK;
}

/* What is reported of a late write to ${f}: a secret of no bytes lies at the
 * guard, and then it is the first byte of its pages. */
static unsigned char *bad_told(const struct freed *f)
{
        return f->size > 0 ? f->p : f->p - model_data(0, f->alignment);
}

/* A write to the place of a cell that was freed: to its first byte, its last, its canary,
 * anywhere. */
static enum tally_end bad_late_cell(const struct freed *f, unsigned x, unsigned y)
{
        const size_t off = x < 0x40   ? 0
                           : x < 0x80 ? f->pitch - MODEL_GAP - 1
                           : x < 0xa0 ? f->pitch - 1 - x % MODEL_GAP
                                      : (x * 131u + y) % f->pitch;

        return f->lost ? TALLY_NONE : bad_mark(f->p + off, f->p, f->arena, y, 0);
}

/* A byte of the pages that ${f} had: at an end of the secret, at the first of the
 * pages, in the secret, anywhere. */
static unsigned char *bad_late(const struct freed *f, unsigned x, unsigned y)
{
        const size_t data = model_data(f->size, f->alignment);
        unsigned char *lo = f->p + model_round(f->size, f->alignment) - data;

        if (x < 0x60 && f->size > 0) {
                return x < 0x30 ? f->p : f->p + f->size - 1;
        }
        if (x < 0xa0) {
                return x < 0x80 ? lo : lo + data - 1;
        }
        return x < 0xd0 && f->size > 0 ? f->p + (x * 131u + y) % f->size
                                       : lo + (x * 4099u + y * 17u) % data;
}

enum tally_end op_late_write(const struct record *r)
{
        const struct freed *f = &model.freed[(model.freed_next - 1u - r->who % 12u) % MODEL_FREED];
        const unsigned char value = r->y % 255u + 1u;
        const struct arena *a = &model.arena[f->arena];
        unsigned char *at;

        if (f->p == NULL || !model_remembered(f)) {
                return TALLY_NONE; /* another secret may lie there */
        }
        if (f->pitch != 0) {
                return bad_late_cell(f, r->x, r->y);
        }
        at = bad_late(f, r->x, r->y);
        if (model_near(at) || model_find(f->p) != NULL || !model_late_room(bad_told(f))) {
                return TALLY_NONE;
        }
        if (!world_poke(at, &value, 1)) {
                return TALLY_GUARD;
        }
        MUST(a->policy.freed == LOCKET_FREED_CHECK || !model.calm, "a freed secret is open");
        model_late_add(bad_told(f), f->arena, 0);
        return TALLY_OK;
}

