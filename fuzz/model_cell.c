/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * model_cell.c - what must be so of secrets that are cells of a compact arena.
 *
 *    | .. canary | secret, canary | secret, canary | .. | guard
 *                ^ pitch bytes    ^
 *
 * A cell's canary reaches to the next cell, at least MODEL_GAP bytes; these are also what
 * is looked at below the next one.  Below the first one is more of the kind.
 */
#include "model.h"

#include <string.h>

#include "ledger.h"
#include "say.h"
#include "world.h"

/* -------------------------------------------------------------- arithmetic */

size_t model_pitch(unsigned arena, size_t size, size_t alignment)
{
        const size_t need = (size < MODEL_GAP ? MODEL_GAP : size) + MODEL_GAP;
        size_t pitch = 16;

        if (model.arena[arena].policy.layout != LOCKET_COMPACT || size > MODEL_CELL_MOST ||
            alignment == 0 || alignment > 64 || (alignment & (alignment - 1)) != 0) {
                return 0;
        }
        while (pitch < need || pitch % alignment != 0) {
                pitch += pitch < 128 ? 8 : pitch < 256 ? 16 : pitch < 512 ? 32 : pitch < 1024 ? 64 : 128;
        }
        return pitch;
}

size_t model_run_least(void)
{
        return world_page() < 4096 ? 4096 : world_page();
}

int model_compact(unsigned arena)
{
        return model.arena[arena].alive && model.arena[arena].policy.layout == LOCKET_COMPACT;
}

int model_cells(void)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                if (model.secret[i].p != NULL && model.secret[i].pitch != 0) {
                        return 1;
                }
        }
        return 0;
}

unsigned char *model_front(const unsigned char *p, size_t pitch)
{
        unsigned char *lo;
        unsigned char *hi;

        if (!ledger_run(p, &lo, &hi) || (size_t)(p - lo) >= pitch + MODEL_CANARY) {
                return NULL;
        }
        return lo;
}

/* ------------------------------------------------------------------- marks */

/* 1 if ${m} is there and its byte is not what it should be. */
static int cell_bad(const struct mark *m)
{
        return m->at != NULL && m->was != m->is;
}

/* A live cell that begins at ${cell}. */
static int cell_lives(const unsigned char *cell)
{
        const struct secret *s = model_find(cell);

        return s != NULL && s->pitch != 0;
}

int model_mark(unsigned char *at, unsigned char now, unsigned char then, unsigned char *cell,
               unsigned arena)
{
        struct mark *m = NULL;
        unsigned i;

        for (i = 0; i < MODEL_MARKS; i++) {
                if (model.mark[i].at == at) {
                        model.mark[i].is = then;
                        model.mark[i].at = then != model.mark[i].was ? at : NULL;
                        return 1;
                }
                m = model.mark[i].at == NULL ? &model.mark[i] : m;
        }
        if (m == NULL) {
                return 0;
        }
        m->at = at;
        m->was = now;
        m->is = then;
        m->cell = cell;
        m->arena = arena;
        return 1;
}

int model_mark_room(const unsigned char *at)
{
        unsigned i;

        for (i = 0; i < MODEL_MARKS; i++) {
                if (model.mark[i].at == at || model.mark[i].at == NULL) {
                        return 1;
                }
        }
        return 0;
}

/* 1 if ${m} is below ${s}, where it is its underflow. */
static int cell_below(const struct mark *m, const struct secret *s)
{
        return (m->at < s->p && m->at >= s->p - MODEL_GAP) || (m->cell == s->p && m->at < s->p);
}

int model_cell_damage(const struct secret *s)
{
        int under = 0;
        unsigned i;

        for (i = 0; i < MODEL_MARKS && !model_lost(s); i++) {
                const struct mark *m = &model.mark[i];

                if (cell_bad(m) && m->cell == s->p && m->at >= s->p) {
                        return LOCKET_OVERFLOW;
                }
                under |= cell_bad(m) && cell_below(m, s);
        }
        return under ? LOCKET_UNDERFLOW : -1;
}

/* Late writes to cells of which no byte is wrong any more are none; the others will surely
 * be found. */
static void cell_lates(void)
{
        unsigned i;
        unsigned k;

        for (i = 0; i < MODEL_LATE; i++) {
                struct late *l = &model.late[i];
                int wrong = 0;

                for (k = 0; k < MODEL_MARKS; k++) {
                        wrong |= cell_bad(&model.mark[k]) && model.mark[k].cell == l->p &&
                                 model.mark[k].at >= model.mark[k].cell;
                }
                if (l->p != NULL && l->cell) {
                        l->p = wrong ? l->p : NULL;
                        l->certain = wrong;
                }
        }
}

void model_cell_mended(const struct secret *s)
{
        unsigned i;

        for (i = 0; i < MODEL_MARKS; i++) {
                struct mark *m = &model.mark[i];

                if (m->at != NULL && (m->cell == s->p || cell_below(m, s))) {
                        m->at = NULL;
                }
        }
        cell_lates();
}

void model_cell_drop(const unsigned char *cell)
{
        unsigned i;

        for (i = 0; i < MODEL_MARKS; i++) {
                if (model.mark[i].cell == cell) {
                        model.mark[i].at = NULL;
                }
        }
        cell_lates();
}

void model_cell_forget(unsigned arena)
{
        unsigned i;

        for (i = 0; i < MODEL_MARKS; i++) {
                if (model.mark[i].arena == arena) {
                        model.mark[i].at = NULL;
                }
        }
        cell_lates();
}

void model_cell_settle(void)
{
        unsigned char now;
        unsigned i;

        for (i = 0; i < MODEL_MARKS; i++) {
                struct mark *m = &model.mark[i];

                if (m->at != NULL && !cell_lives(m->cell)) {
                        MUST(world_peek(m->at, &now, 1), "a freed cell cannot be looked at");
                        m->at = now == m->is ? m->at : NULL;
                }
        }
        cell_lates();
}

size_t model_cell_damaged(void)
{
        size_t cells = 0;
        unsigned i;
        unsigned k;

        for (i = 0; i < MODEL_MARKS; i++) {
                const struct mark *m = &model.mark[i];
                int first = cell_bad(m);

                for (k = 0; k < i; k++) {
                        first &= !cell_bad(&model.mark[k]) || model.mark[k].cell != m->cell;
                }
                cells += (size_t)first;
        }
        return cells;
}

struct secret *model_cell_at(const unsigned char *at)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                struct secret *s = &model.secret[i];

                if (s->p != NULL && s->pitch != 0 && at >= s->p && at < s->p + s->pitch) {
                        return s;
                }
        }
        return NULL;
}
