/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * room.c - what there is for more secrets: what the arenas would give back, and
 * slabs that could be made.
 *
 * Knows:    which slots, runs and spans are given up at a limit.
 * Promises: nothing is changed.
 * Tests:    tests/budget
 */
#include "room.h"

#include "os.h"
#include "place.h"
#include "run.h"
#include "size.h"
#include "slab.h"
#include "word.h"

size_t locket_room_least(size_t a, size_t b)
{
        return a < b ? a : b;
}

/* ------------------------------------------- what the arenas would give back */

/* Free slot ${i}, if it has pages, would give them back. */
static void locket_room_slot(struct locket_room *room, const struct locket_tables *t,
                               uint32_t i)
{
        const struct locket_slot *s = &t->slot[i];

        if (s->lock_error == 0) {
                room->bytes = locket_size_plus(room->bytes, s->hi - s->lo);
        }
        room->maps = locket_size_plus(room->maps, LOCKET_ROOM_SPLIT);
}

/* Slots of class ${k} that a reserve of ${a} can do without. */
static uint32_t locket_room_beyond(const struct locket_arena *a, uint32_t k)
{
        const struct locket_bin *bin = &a->bin[k];
        const size_t spare = locket_room_least(a->policy.quarantine, LOCKET_SPARE_MOST);
        const size_t held = bin->floor == 0 ? 0 : locket_size_plus(bin->floor, spare);

        return bin->open > held ? bin->open - (uint32_t)held : 0;
}

/* What class ${k} of ${a} keeps, at most ${most} slots: how many. */
static uint32_t locket_room_bin(struct locket_room *room, const struct locket_arena *a,
                                  uint32_t k, uint32_t most)
{
        const struct locket_tables *t = a->tables;
        const struct locket_bin *bin = &a->bin[k];
        uint32_t i = bin->kept.head;
        uint32_t given = 0;
        uint32_t n;

        for (n = 0; n < bin->drawn && n < LOCKET_DRAW && given < most; n++) {
                if (bin->draw[n] < t->slot_count && !locket_arena_stale(t, bin->draw[n])) {
                        locket_room_slot(room, t, bin->draw[n]);
                        given += 1u;
                }
        }
        for (n = bin->kept.count; n > 0 && i < t->slot_count && given < most; n--) {
                if (!locket_arena_stale(t, i)) {
                        locket_room_slot(room, t, i);
                        given += 1u;
                }
                i = t->slot[i].next;
        }
        return given;
}

/* What ${a}, which is locked, keeps and would give back: kept slots, then those in
 * quarantine. */
static void locket_room_kept(struct locket_room *room, const struct locket_arena *a)
{
        const struct locket_tables *t = a->tables;
        uint32_t left[LOCKET_CLASS_COUNT];
        uint32_t i = a->quarantine.head;
        uint32_t k;
        uint32_t n;

        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                left[k] = locket_room_beyond(a, k);
                left[k] -= locket_room_bin(room, a, k, left[k]);
        }
        for (n = a->quarantine.count; n > 0 && i < t->slot_count; n--) {
                k = t->slab[t->slot[i].slab].size_class;
                if (t->slot[i].lo < t->slot[i].hi && !locket_arena_stale(t, i) && left[k] > 0) {
                        locket_room_slot(room, t, i);
                        left[k] -= 1u;
                }
                i = t->slot[i].next;
        }
}

/* The same for runs of which no cell is in use, but those that a reserve promises. */
static void locket_room_idle(struct locket_room *room, const struct locket_runs *r,
                               const struct locket_arena *a)
{
        const struct locket_pool *pool = &r->pool[a->index];
        const uint32_t used = locket_load(&r->used);
        size_t given[LOCKET_CELL_CLASSES] = { 0 };
        uint32_t i;

        for (i = 0; i < used; i++) {
                const struct locket_run *run = &r->run[i];
                const struct locket_shelf *shelf;
                size_t held;

                if (locket_run_owner(r, i) != a->index + 1u || run->live != 0 ||
                    run->epoch != a->tables->epoch) {
                        continue;
                }
                shelf = &pool->shelf[run->size_class];
                held = locket_size_plus(given[run->size_class], shelf->floor);
                if (shelf->cells < held || shelf->cells - held < run->count) {
                        continue;
                }
                given[run->size_class] += run->count;
                room->runs = locket_size_plus(room->runs, 1);
                locket_room_slot(room, a->tables, run->slot);
        }
}

/* 1 if no slot of slab ${head} of ${a} holds anything that is not given back. */
static int locket_room_empty(const struct locket_arena *a, uint32_t head)
{
        const struct locket_tables *t = a->tables;
        const struct locket_slab *slab = &t->slab[head];
        uint32_t i;

        if (a->bin[slab->size_class].floor != 0) {
                return 0;
        }
        for (i = slab->slots; i < slab->slots + slab->used; i++) {
                if (t->slot[i].state == LOCKET_SLOT_LIVE) {
                        return 0;
                }
        }
        return 1;
}

/* Spans of ${a}, which is locked, that are soon nobody's; those of class ${k} of the
 * default arena (${own}) only if it does not need them. */
static void locket_room_spans(struct locket_room *room, const struct locket_arena *a,
                                uint32_t k, int own)
{
        const struct locket_tables *t = a->tables;
        uint32_t head;
        uint32_t n;

        for (head = 0; a->slabs != 0 && head < LOCKET_SPAN_COUNT; head++) {
                if (!locket_place_head(a, head) || !locket_room_empty(a, head)) {
                        continue;
                }
                for (n = head; n < head + t->slab[head].spans; n++) {
                        room->span[n] = own && t->slab[head].size_class == k ? LOCKET_ROOM_OWN
                                                                            : LOCKET_ROOM_SOON;
                }
        }
}

void locket_room_gather(struct locket_room *room, struct locket_home *h, uint32_t k)
{
        const struct locket_tables *t = &h->tables;
        uint32_t i;

        room->sealed = h->sealed;
        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                room->span[i] = locket_load(&t->span[i].owner) == 0 ? LOCKET_ROOM_FREE
                                                                    : LOCKET_ROOM_TAKEN;
                room->records[i] = locket_load(&t->slab[i].count);
        }
        for (i = 0; i < locket_load(&h->most); i++) {
                struct locket_arena *a = locket_home_arena(&h->arena[i]);

                if (a == NULL) {
                        continue;
                }
                locket_room_kept(room, a);
                locket_room_spans(room, a, k, i == 0);
                if (a->policy.layout == LOCKET_COMPACT) {
                        locket_room_idle(room, &h->runs, a);
                }
                locket_home_leave(a);
        }
}

/* -------------------------------------------------------------------- slabs */

/* The first of ${count} spans side by side that are ${least} or better, the lowest
 * there are; or LOCKET_NONE. */
static uint32_t locket_room_spot(const struct locket_room *room, uint32_t count, int least)
{
        uint32_t run = 0;
        uint32_t i;

        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                run = room->span[i] >= least ? run + 1u : 0;
                if (run == count) {
                        return i + 1u - count;
                }
        }
        return LOCKET_NONE;
}

/* Mappings that the records of a new slab in span ${head} take: none, if they are
 * open already, as what was opened once is, or beside open ones. */
static size_t locket_room_split(const struct locket_room *room,
                                  const struct locket_tables *t, uint32_t head)
{
        const size_t page = t->range.page;
        const size_t span = (size_t)t->range.span_slots * sizeof *t->slot;
        size_t below;

        if (room->records[head] != 0) {
                return 0;
        }
        if (head == 0) {
                return LOCKET_ROOM_SPLIT - room->sealed;
        }
        if (room->records[head - 1u] == 0) {
                return LOCKET_ROOM_SPLIT;
        }
        below = (head - 1u) * span + room->records[head - 1u] * sizeof *t->slot;
        return (below + (page - 1)) / page * page >= head * span ? 0 : LOCKET_ROOM_SPLIT;
}

uint32_t locket_room_slab(struct locket_room *room, const struct locket_tables *t, uint32_t k)
{
        const uint64_t capacity = locket_size_capacity(k, t->range.page);
        const uint32_t count = locket_slab_spans(&t->range, capacity);
        struct locket_slab slab;
        uint32_t head = LOCKET_NONE;
        uint32_t n;

        if (count <= LOCKET_SPAN_COUNT) {
                head = locket_room_spot(room, count, LOCKET_ROOM_FREE);
        }
        if (head == LOCKET_NONE && count <= LOCKET_SPAN_COUNT) {
                head = locket_room_spot(room, count, room->least);
        }
        if (head == LOCKET_NONE) {
                return 0;
        }
        for (n = head; n < head + count; n++) {
                room->span[n] = LOCKET_ROOM_TAKEN;
        }
        room->maps = locket_size_minus(room->maps, locket_room_split(room, t, head));
        locket_slab_shape(&slab, &t->range, head, count, k, (size_t)capacity);
        room->records[head] = slab.count;
        return slab.count;
}
