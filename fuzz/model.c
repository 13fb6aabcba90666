/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * model.c - what must be so.  See model.h.
 */
#include "model.h"

#include <string.h>

#include "ledger.h"
#include "plan.h"
#include "say.h"
#include "world.h"

struct model model;

void model_begin(void)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                model.secret[i].p = NULL;
        }
        memset(model.arena, 0, sizeof model.arena);
        memset(model.freed, 0, sizeof model.freed);
        memset(model.late, 0, sizeof model.late);
        memset(model.mark, 0, sizeof model.mark);
        memset(model.canary, 0, sizeof model.canary);
        memset(model.word, 0, sizeof model.word);
        model.violations = 0;
        model.started = model.forked = model.dirty = model.stop = 0;
        model.calm = 1;
        model.arena[0].alive = 1;
        model.arena[0].policy.quarantine = 8;
}

int model_struck(void)
{
        return plan_struck() != model.struck;
}

int model_struck_again(void)
{
        return plan_struck() > model.struck + 1;
}

/* ------------------------------------------------------------- arithmetic */

size_t model_round(size_t size, size_t alignment)
{
        return (size + alignment - 1) / alignment * alignment;
}

size_t model_data(size_t size, size_t alignment)
{
        return model_round(model_round(size, alignment) + MODEL_CANARY, world_page());
}

size_t model_capacity(size_t data)
{
        size_t capacity = world_page();

        while (capacity < data) {
                capacity *= 2;
        }
        return capacity;
}

unsigned char *model_end(const struct secret *s)
{
        return s->pitch != 0 ? s->p + s->pitch : s->p + model_round(s->size, s->alignment);
}

size_t model_pages(const struct secret *s, unsigned char **lo)
{
        const size_t page = world_page();
        unsigned char *end = model_end(s);

        if (s->pitch == 0) {
                *lo = end - model_data(s->size, s->alignment);
        } else {
                *lo = s->p - (uintptr_t)s->p % page;
                end += (page - (uintptr_t)end % page) % page;
        }
        return (size_t)(end - *lo);
}

/* ---------------------------------------------------------------- secrets */

struct secret *model_pick(unsigned who)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                struct secret *s = &model.secret[(who + i) % MODEL_SECRETS];

                if (s->p != NULL) {
                        return s;
                }
        }
        return NULL;
}

struct secret *model_room(void)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                if (model.secret[i].p == NULL) {
                        return &model.secret[i];
                }
        }
        return NULL;
}

struct secret *model_find(const void *p)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                if (model.secret[i].p != NULL && model.secret[i].p == p) {
                        return &model.secret[i];
                }
        }
        return NULL;
}

size_t model_count(void)
{
        size_t n = 0;
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                n += model.secret[i].p != NULL;
        }
        return n;
}

void model_peak(unsigned arena)
{
        struct arena *a = &model.arena[arena];

        if (a->peak < a->live + 1) {
                a->peak = a->live + 1;
        }
}

struct secret *model_add(unsigned arena, void *p, size_t size, size_t alignment)
{
        struct secret *s = model_room();

        s->p = p;
        s->size = size;
        s->alignment = alignment;
        s->pitch = model_pitch(arena, size, alignment);
        s->arena = arena;
        s->access = LOCKET_READ_WRITE;
        s->stale = 0;
        s->dying = 0;
        memset(s->damage, 0, sizeof s->damage);
        memset(s->bytes, 0, size < MODEL_BYTES ? size : MODEL_BYTES);
        model_peak(arena);
        model.arena[arena].live += 1;
        return s;
}

void model_remove(struct secret *s)
{
        struct arena *a = &model.arena[s->arena];
        struct freed *f = &model.freed[model.freed_next++ % MODEL_FREED];

        f->p = s->p;
        f->size = s->size;
        f->alignment = s->alignment;
        f->pitch = s->pitch;
        f->arena = s->arena;
        f->number = s->pitch != 0 ? a->cell_frees : a->frees;
        f->lost = model_lost(s);
        a->live -= 1;
        s->p = NULL;
        model_unseen(s->arena, s->pitch);
}

void model_unseen(unsigned arena, size_t pitch)
{
        struct arena *a = &model.arena[arena];

        if (pitch != 0) {
                a->cell_frees += 1;
                a->cells_held += a->cells_held < a->policy.quarantine;
        } else {
                a->frees += 1;
                a->quarantined += a->quarantined < a->policy.quarantine;
        }
}

int model_keeps(unsigned arena)
{
        const struct locket_policy *p = &model.arena[arena].policy;

        return p->fork_safe != LOCKET_OFF && p->fork == LOCKET_FORK_KEEP;
}

int model_omits(unsigned arena)
{
        const struct locket_policy *p = &model.arena[arena].policy;

        return p->fork_safe != LOCKET_OFF && p->fork == LOCKET_FORK_OMIT;
}

int model_wiped(unsigned arena)
{
        const struct arena *a = &model.arena[arena];

        return a->policy.fork_safe != LOCKET_OFF &&
               (a->policy.fork != LOCKET_FORK_WIPE || !world_lacks(WORLD_FORK));
}

int model_lost(const struct secret *s)
{
        return s->stale && model_wiped(s->arena);
}

int model_damage(const struct secret *s)
{
        int under = 0;
        unsigned i;

        if (s->pitch != 0) {
                return model_cell_damage(s);
        }
        for (i = 0; i < MODEL_DAMAGE && !model_lost(s); i++) {
                const struct damage *d = &s->damage[i];

                if (d->at != NULL && d->was != d->is) {
                        if (d->at >= s->p) {
                                return LOCKET_OVERFLOW;
                        }
                        under = 1;
                }
        }
        return under ? LOCKET_UNDERFLOW : -1;
}

/* -------------------------------------------------------------- addresses */

int model_remembered(const struct freed *f)
{
        const struct arena *a = &model.arena[f->arena];

        if (f->pitch != 0) {
                return a->alive && f->number >= a->cells_swept &&
                       a->cell_frees - f->number <= a->policy.quarantine;
        }
        /* Runs that end push others out of the quarantine of a compact arena. */
        return a->alive && a->policy.layout == LOCKET_GUARDED && f->number >= a->swept &&
               a->frees - f->number <= a->policy.quarantine;
}

unsigned model_bad(const void *p)
{
        const unsigned char *at = p;
        unsigned kinds = MODEL_BIT(LOCKET_FOREIGN_FREE);
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *s = &model.secret[i];

                if (s->p != NULL && at < model_end(s) &&
                    at >= (s->pitch != 0 ? s->p : model_end(s) - model_data(s->size, s->alignment))) {
                        return MODEL_BIT(LOCKET_INTERIOR_FREE);
                }
        }
        for (i = 0; i < MODEL_FREED; i++) {
                const struct freed *f = &model.freed[i];

                if (f->p != NULL && f->p == at) {
                        if (model_remembered(f)) {
                                return MODEL_BIT(LOCKET_DOUBLE_FREE);
                        }
                        kinds |= MODEL_BIT(LOCKET_DOUBLE_FREE);
                }
        }
        if (ledger_compact(at)) { /* cells are close to each other, and not all remembered */
                kinds |= MODEL_BIT(LOCKET_DOUBLE_FREE);
        }
        if (model_near(p)) { /* more pages than it needs are open after a reserve */
                kinds |= MODEL_BIT(LOCKET_INTERIOR_FREE);
        }
        return kinds;
}

int model_near(const void *p)
{
        const unsigned char *at = p;
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *s = &model.secret[i];

                if (s->p != NULL && s->pitch == 0 && at < model_end(s) &&
                    at >= model_end(s) - model_capacity(model_data(s->size, s->alignment))) {
                        return 1;
                }
        }
        return 0;
}

int model_live(uintptr_t lo, uintptr_t hi)
{
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *s = &model.secret[i];

                if (s->p != NULL && !s->dying &&
                    (uintptr_t)s->p - (s->pitch != 0 ? MODEL_GAP : MODEL_CANARY) < hi &&
                    (uintptr_t)model_end(s) > lo) {
                        return 1;
                }
        }
        return 0;
}
