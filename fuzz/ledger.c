/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ledger.c - locket's own tables: do they agree with themselves?  The only
 * part of the main target that knows them.
 */
#include "ledger.h"

#include <string.h>

#include "../src/fatal.h"
#include "../src/home.h"
#include "../src/slab.h"
#include "../tests/unit/heap.h"
#include "eyes.h"
#include "ledger_cells.h"
#include "world.h"

/* What the slots of one arena add up to. */
struct ledger_sum {
        size_t live, live_bytes, open_bytes, locked_bytes, kept_bytes, slabs;
        size_t quarantined, kept, cold;
        size_t reachable;       /* bytes that are not closed */
        int odd;                /* a slot without pages is said to be open */
        int idle;               /* a slab has no slot that was ever used */
        int wide;               /* or more slots, with their guards, than its spans have room for */
        uint32_t open[LOCKET_CLASS_COUNT], held[LOCKET_CLASS_COUNT];
};

static void ledger_slot(const struct locket_tables *t, const struct locket_slot *s,
                        struct ledger_sum *sum)
{
        const uint32_t k = t->slab[s->slab].size_class;
        const size_t bytes = s->hi - s->lo;
        const int here = s->epoch == t->epoch;

        sum->reachable += s->access != LOCKET_NO_ACCESS ? bytes : 0;
        sum->odd |= bytes == 0 && s->access != LOCKET_NO_ACCESS;
        sum->live += s->state == LOCKET_SLOT_LIVE;
        sum->live_bytes += s->state == LOCKET_SLOT_LIVE ? s->size : 0;
        sum->quarantined += s->state == LOCKET_SLOT_QUARANTINED;
        sum->kept += s->state == LOCKET_SLOT_KEPT;
        sum->cold += s->state == LOCKET_SLOT_COLD;
        if (here) {
                sum->open_bytes += bytes;
                sum->locked_bytes += s->lock_error == 0 ? bytes : 0;
                sum->kept_bytes += s->state != LOCKET_SLOT_LIVE ? bytes : 0;
                sum->open[k] += bytes != 0;
                sum->held[k] += s->state == LOCKET_SLOT_LIVE;
        }
}

static void ledger_add(const struct locket_arena *a, struct ledger_sum *sum)
{
        const struct locket_tables *t = a->tables;
        uint32_t h;
        uint32_t i;

        memset(sum, 0, sizeof *sum);
        for (h = 0; h < LOCKET_SPAN_COUNT; h++) {
                if (t->span[h].owner != a->index + 1 || t->span[h].slab != h) {
                        continue;
                }
                sum->slabs += 1;
                sum->idle |= t->slab[h].used == 0;
                sum->wide |= t->slab[h].first + t->slab[h].count * t->slab[h].pitch > t->slab[h].end;
                for (i = 0; i < t->slab[h].used; i++) {
                        ledger_slot(t, &t->slot[t->slab[h].slots + i], sum);
                }
        }
}

/* A slot is in exactly one place. */
static const char *ledger_lists(const struct locket_arena *a, const struct ledger_sum *sum)
{
        size_t kept = 0;
        size_t cold = 0;
        uint32_t k;

        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                kept += a->bin[k].drawn + a->bin[k].kept.count;
                cold += a->bin[k].cold.count;
                if (a->bin[k].open != sum->open[k]) {
                        return "ledger: slots with pages are not counted right";
                }
                if (a->bin[k].live != sum->held[k]) {
                        return "ledger: slots handed out are not counted right";
                }
        }
        if (sum->quarantined != a->quarantine.count) {
                return "ledger: a slot is quarantined in no list, or in two";
        }
        if (sum->kept != kept) {
                return "ledger: a kept slot is in no bin, or in two";
        }
        return sum->cold != cold ? "ledger: a cold slot is in no list, or in two" : NULL;
}

/* Runs are no secrets, but their cells are: ${sum} says so. */
static const char *ledger_compact_arena(const struct locket_home *h, const struct locket_arena *a,
                                        int thorough, struct ledger_sum *sum)
{
        static struct ledger_cells cells;
        const char *broken = ledger_cells(h, a, thorough, &cells);

        sum->live += cells.live - cells.runs;
        sum->live_bytes += cells.live_bytes - cells.run_bytes;
        return broken;
}

/* What its counters say; the bytes that are not closed are added to ${reachable}. */
static const char *ledger_arena(const struct locket_home *h, const struct locket_arena *a,
                                int thorough, size_t *reachable)
{
        const char *broken = NULL;
        struct ledger_sum sum;

        ledger_add(a, &sum);
        *reachable += sum.reachable;
        if (a->policy.layout == LOCKET_COMPACT) {
                broken = ledger_compact_arena(h, a, thorough, &sum);
        }
        if (broken != NULL) {
                return broken;
        }
        if (sum.odd) {
                return "ledger: a slot without pages is said to be open";
        }
        if (sum.live != a->live || sum.live_bytes != a->live_bytes) {
                return "ledger: live secrets are not counted right";
        }
        if (sum.open_bytes != a->open_bytes) {
                return "ledger: open bytes are not counted right";
        }
        if (sum.locked_bytes != a->locked_bytes) {
                return "ledger: locked bytes are not counted right";
        }
        if (sum.kept_bytes != a->kept_bytes) {
                return "ledger: kept bytes are not counted right";
        }
        if (sum.slabs != a->slabs) {
                return "ledger: slabs are not counted right";
        }
        if (sum.idle) {
                return "ledger: a slab is taken for nothing";
        }
        if (sum.wide) {
                return "ledger: the last slot of a slab has no guard of its own";
        }
        if (a->found != 0) {
                return "ledger: a violation that was found is not reported";
        }
        return ledger_lists(a, &sum);
}

const char *ledger_broken(int thorough)
{
        struct locket_home *h = locket_home_here();
        const char *broken = NULL;
        size_t reachable = 0;
        uint32_t i;

        if (h == NULL) {
                return NULL;
        }
        if (h->tables.process->key_error != 0 &&
            (h->tables.process->key_low | h->tables.process->key_high) != 0) {
                return "ledger: half a key is kept";
        }
        eyes_open = thorough;
        broken = heap_broken(&h->tables, world_access(h->tables.range.base) != WORLD_UNKNOWN);
        for (i = 0; i < h->most && broken == NULL; i++) {
                if (h->arena[i].used) {
                        broken = ledger_arena(h, &h->arena[i], thorough, &reachable);
                }
        }
        if (broken == NULL) {
                broken = ledger_runs(h);
        }
        if (broken == NULL && world_open_bytes() != SIZE_MAX && world_open_bytes() != reachable) {
                broken = "ledger: pages are open that no slot says are";
        }
        return broken;
}

int ledger_room(size_t capacity)
{
        struct locket_home *h = locket_home_here();
        uint32_t spans;
        uint32_t free = 0;
        uint32_t i;

        if (h == NULL) {
                return 1;
        }
        spans = locket_slab_spans(&h->tables.range, capacity);
        for (i = 0; i < LOCKET_SPAN_COUNT && free < spans; i++) {
                free = h->tables.span[i].owner == 0 ? free + 1 : 0;
        }
        return free >= spans;
}

size_t ledger_spans(void)
{
        struct locket_home *h = locket_home_here();
        size_t owned = 0;
        uint32_t i;

        for (i = 0; h != NULL && i < LOCKET_SPAN_COUNT; i++) {
                owned += h->tables.span[i].owner != 0;
        }
        return owned;
}

size_t ledger_slabs(void)
{
        struct locket_home *h = locket_home_here();
        size_t slabs = 0;
        uint32_t i;

        for (i = 0; h != NULL && i < LOCKET_SPAN_COUNT; i++) {
                const uint32_t owner = h->tables.span[i].owner;

                slabs += owner != 0 && owner != LOCKET_SPAN_SPOILT && h->tables.span[i].slab == i;
        }
        return slabs;
}

size_t ledger_quarantined(const struct locket_arena *handle)
{
        struct locket_home *h = locket_home_here();

        if (h == NULL) {
                return 0;
        }
        return handle == NULL ? h->arena[0].quarantine.count : handle->quarantine.count;
}

uint64_t ledger_key(void)
{
        struct locket_home *h = locket_home_here();

        if (h == NULL || h->tables.process->key_error != 0) {
                return 0;
        }
        return h->tables.process->key_low ^ (h->tables.process->key_high << 1);
}

void ledger_trim(void)
{
        struct locket_verdict verdict;

        (void)locket_home_trim(0, &verdict);
        if (verdict.found) {
                locket_fatal(verdict.kind, verdict.at);
        }
}

size_t ledger_range(unsigned char **base)
{
        struct locket_home *h = locket_home_here();

        *base = h == NULL ? NULL : h->tables.range.base;
        return h == NULL ? 0 : h->tables.range.size;
}
