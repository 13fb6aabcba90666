/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * heap.c - the invariant of src/tables.h as code: one function a clause, with
 * the same name.  What is ghost state there (access, locks, owners) the kernel
 * is asked for, or follows from the records.
 */
#include "heap.h"

#include "unit.h"

static int used(const struct locket_slot *s)
{
        return s->state != LOCKET_SLOT_VIRGIN;
}

static int taken(const struct locket_tables *t, uint32_t h)
{
        return t->span[h].owner != 0 && t->span[h].slab == h;
}

static int heap_slots(const struct locket_tables *t, uint32_t i)
{
        const struct locket_slot *s = &t->slot[i];

        return s->bottom <= s->lo && s->lo <= s->hi && s->hi < t->range.size &&
               s->state >= LOCKET_SLOT_VIRGIN && s->state <= LOCKET_SLOT_LIVE &&
               s->access >= LOCKET_NO_ACCESS && s->access <= LOCKET_READ_WRITE &&
               s->slab < LOCKET_SPAN_COUNT &&
               (s->state == LOCKET_SLOT_LIVE || s->access != LOCKET_READ_ONLY);
}

static int heap_secrets(const struct locket_slot *s)
{
        return s->state != LOCKET_SLOT_LIVE ||
               (s->lo + LOCKET_CANARY_BYTES <= s->user && s->user + s->size <= s->hi &&
                s->size <= LOCKET_MAX_SIZE && s->alignment >= 1 && s->alignment <= 65536 &&
                s->hi < s->user + s->size + s->alignment);
}

/* Free pages, closed ones too, are zero. */
static int heap_rest(const struct locket_tables *t, const struct locket_slot *s)
{
        return s->state == LOCKET_SLOT_LIVE || s->lo == s->hi ||
               unit_zero(t->range.base + s->lo, s->hi - s->lo);
}

static int heap_access(const struct locket_tables *t, const struct locket_slot *s)
{
        static const char *const shown[] = { "---p", "r--p", "rw-p" };

        return s->lo == s->hi ||
               strcmp(unit_access(t->range.base + s->lo), shown[s->access]) == 0;
}

static int heap_locked(const struct locket_tables *t, const struct locket_slot *s)
{
        return s->lo == s->hi || s->epoch != t->epoch ||
               (s->lock_error == 0) == unit_flag(t->range.base + s->lo, "lo");
}

static int heap_slabs(const struct locket_tables *t, uint32_t h)
{
        const struct locket_slab *s = &t->slab[h];

        return t->span[h].slab < LOCKET_SPAN_COUNT && s->used <= s->count &&
               s->size_class < LOCKET_CLASS_COUNT && s->spans <= LOCKET_SPAN_COUNT &&
               s->slots + s->count <= t->slot_count;
}

static int heap_spans(const struct locket_tables *t, uint32_t h)
{
        uint32_t k;

        for (k = 0; taken(t, h) && k < t->slab[h].spans; k++) {
                if (t->span[h + k].owner == 0 || t->span[h + k].slab != h) {
                        return 0;
                }
        }
        return 1;
}

/* A slot lies in its slab, a guard page between it and the end. */
static int heap_places(const struct locket_tables *t, uint32_t i)
{
        const struct locket_slot *s = &t->slot[i];
        const struct locket_slab *slab = &t->slab[s->slab];

        return taken(t, s->slab) && slab->slots <= i && i < slab->slots + slab->used &&
               slab->first <= s->bottom && s->bottom + slab->capacity == s->hi &&
               s->hi + t->range.page <= slab->end;
}

const char *heap_broken(const struct locket_tables *t, int ask)
{
        size_t above = 0;
        uint32_t i;

        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                if (!heap_slabs(t, i)) {
                        return "slabs";
                }
                if (!heap_spans(t, i)) {
                        return "spans";
                }
                if (!taken(t, i)) {
                        continue;
                }
                for (uint32_t k = t->slab[i].slots; k < t->slab[i].slots + t->slab[i].used; k++) {
                        const struct locket_slot *s = &t->slot[k];

                        if (!heap_slots(t, k) || !used(s)) {
                                return "slots";
                        }
                        if (!heap_secrets(s)) {
                                return "secrets";
                        }
                        if (!heap_places(t, k)) {
                                return "places";
                        }
                        if (s->bottom < above) {
                                return "own"; /* slots grow with their numbers */
                        }
                        above = s->hi + t->range.page;
                        if (!heap_rest(t, s)) {
                                return "rest";
                        }
                        if (ask && !heap_access(t, s)) {
                                return "access";
                        }
                        if (ask && !heap_locked(t, s)) {
                                return "locked";
                        }
                }
        }
        return NULL;
}
