/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * unit_table.c - target: slots, lists and bins against plain arrays.
 *
 * A list is an array of what is in it, a bin is an array of the eight that are
 * drawn from and a queue.  A byte of the input can also damage a list: then
 * only that nothing out of range is handed out is looked at.
 */
#include <string.h>

#include "../src/bin.h"
#include "../src/slot.h"
#include "say.h"
#include "target.h"

#define SLOTS 24u

struct queue {
        uint32_t at[SLOTS];
        uint32_t count;
};

static struct locket_slot slots[SLOTS];
static int in_use[SLOTS];       /* in the list or the bin */

static void queue_push(struct queue *q, uint32_t i)
{
        q->at[q->count++] = i;
}

static uint32_t queue_remove(struct queue *q, uint32_t k)
{
        const uint32_t i = q->at[k];

        memmove(q->at + k, q->at + k + 1, (--q->count - k) * sizeof q->at[0]);
        return i;
}

static uint32_t table_free(uint32_t from)
{
        uint32_t n;

        for (n = 0; n < SLOTS; n++) {
                if (!in_use[(from + n) % SLOTS]) {
                        return (from + n) % SLOTS;
                }
        }
        return SLOTS;
}

static void table_list(struct locket_list *list, struct queue *q, uint8_t what)
{
        const uint32_t i = table_free(what / 2u);
        uint32_t got;

        if (what % 2u && i < SLOTS) {
                locket_list_push(list, slots, i, SLOTS);
                queue_push(q, i);
                in_use[i] = 1;
        } else {
                got = locket_list_pop(list, slots, SLOTS);
                MUST_BE(got, q->count == 0 ? LOCKET_NONE : q->at[0], "pop");
                if (got != LOCKET_NONE) {
                        in_use[queue_remove(q, 0)] = 0;
                }
        }
        MUST_BE(list->count, q->count, "the length of a list");
}

/* ${draw}: the eight; ${kept}: the others, oldest first, one of which takes the
 * place of the one that is drawn. */
static void table_draw(struct locket_bin *bin, struct queue *draw, struct queue *kept,
                       uint8_t random)
{
        const uint32_t got = locket_bin_draw(bin, slots, SLOTS, random);
        uint32_t at;

        if (draw->count == 0) {
                MUST_BE(got, LOCKET_NONE, "draw from nothing");
                return;
        }
        at = random % draw->count;
        MUST_BE(got, draw->at[at], "draw");
        in_use[got] = 0;
        if (kept->count > 0) {
                draw->at[at] = queue_remove(kept, 0);
        } else {
                draw->at[at] = draw->at[--draw->count];
        }
}

static void table_bin(struct locket_bin *bin, struct queue *draw, struct queue *kept, uint8_t what)
{
        const uint32_t i = table_free(what / 2u);

        if (what % 2u && i < SLOTS) {
                locket_bin_keep(bin, slots, i, SLOTS);
                queue_push(draw->count < LOCKET_DRAW ? draw : kept, i);
                in_use[i] = 1;
                MUST_BE(slots[i].state, LOCKET_SLOT_KEPT, "a kept slot's state");
        } else {
                table_draw(bin, draw, kept, what / 2u);
        }
        MUST_BE(bin->drawn, draw->count, "how many are drawn from");
        MUST_BE(bin->kept.count, kept->count, "how many more are kept");
}

/* A list is begun anew if its end is out of range, and a slot that is pushed twice does
 * not follow itself. */
static void table_tail(struct locket_list *list, const uint8_t *data)
{
        const uint32_t i = data[3] % SLOTS;
        uint32_t tail;

        memcpy(&tail, data + 6, sizeof tail);
        tail %= data[0] % 2u ? 2 * SLOTS : UINT32_MAX;
        list->head = i;
        list->tail = tail;
        list->count = 1 + data[2] % (SLOTS - 1);
        locket_list_push(list, slots, i, SLOTS);
        MUST(slots[i].next == LOCKET_NONE && list->tail == i, "push");
        MUST(tail < SLOTS || list->count == 1, "a damaged list is begun anew");
        locket_list_clear(list);
        locket_list_push(list, slots, i, SLOTS);
        locket_list_push(list, slots, i, SLOTS);
        MUST_BE(locket_list_pop(list, slots, SLOTS), i, "pop");
        MUST_BE(locket_list_pop(list, slots, SLOTS), LOCKET_NONE, "a slot follows itself");
}

/* Nothing that is out of range comes out, whatever the list says. */
static void table_damaged(struct locket_list *list, struct locket_bin *bin, const uint8_t *data)
{
        unsigned n;

        memcpy(list, data, sizeof *list);
        memcpy(&bin->drawn, data + 4, sizeof bin->drawn);
        memcpy(&bin->draw[data[0] % LOCKET_DRAW], data + 8, sizeof bin->draw[0]);
        memcpy(&slots[data[1] % SLOTS].next, data + 5, sizeof slots[0].next);
        for (n = 0; n < 40; n++) {
                const uint32_t i = locket_list_pop(list, slots, SLOTS);
                const uint32_t k = locket_bin_draw(bin, slots, SLOTS, data[2] + n);

                MUST(i < SLOTS || i == LOCKET_NONE, "a damaged list is followed");
                MUST(k < SLOTS || k == LOCKET_NONE, "a damaged bin is followed");
        }
        table_tail(list, data);
}

static void table_slot(const uint8_t *data)
{
        struct locket_slot s;
        const size_t lo = data[0] % 8u * 64u;
        const size_t off = data[1] * 4u;
        int hit = LOCKET_HIT_NOTHING;

        /* A canary fits below it, and its end is at the guard up to its alignment. */
        memset(&s, 0, sizeof s);
        s.lo = lo;
        s.hi = 512;
        s.user = lo + 16 + data[2] % 64u % (512 - 16 - lo);
        s.alignment = 16;
        s.size = 512 - s.user - data[4] % 16u % (513 - s.user);
        s.state = data[3] % 5;
        if (s.state == LOCKET_SLOT_LIVE) {
                hit = off == s.user            ? LOCKET_HIT_LIVE
                      : off >= lo && off < 512 ? LOCKET_HIT_INSIDE
                                               : hit;
        } else if (s.state != LOCKET_SLOT_VIRGIN && off == s.user) {
                hit = LOCKET_HIT_FREED;
        }
        MUST_BE(locket_slot_judge(&s, off), hit, "what an offset is to a slot");
        s.state = LOCKET_SLOT_KEPT;
        locket_slot_take(&s, s.user, s.size, 16);
        MUST(s.state == LOCKET_SLOT_LIVE && s.user + s.size <= 512 && s.alignment == 16, "take");
        locket_slot_drop(&s);
        MUST(s.state == LOCKET_SLOT_QUARANTINED && s.user + s.size <= 512, "drop");
}

/* Which of the slots that begin every ${pitch} bytes: by walking along them. */
static void table_guess(const uint8_t *data)
{
        const size_t first = data[0] * 3u;
        const size_t pitch = 1u + data[1];
        const uint32_t count = data[2] % 32u;
        const size_t off = data[3] * 37u;
        uint32_t i = 0;

        while (i < count && first + (i + 1u) * pitch <= off) {
                i++;
        }
        MUST_BE(locket_slot_guess(off, first, pitch, count),
                off < first || i == count ? LOCKET_NONE : i, "guess");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct queue listed = { .count = 0 };
        struct queue draw = { .count = 0 };
        struct queue kept = { .count = 0 };
        struct locket_list list;
        struct locket_bin bin;
        size_t i;

        if (size < 16) {
                return 0;
        }
        memset(slots, 0, sizeof slots);
        memset(in_use, 0, sizeof in_use);
        memset(&bin, 0, sizeof bin);
        locket_list_clear(&list);
        locket_bin_clear(&bin);
        table_slot(data);
        table_guess(data + 5);
        for (i = 9; i < size && i < 300; i++) {
                if (data[i] >= 128) {
                        table_list(&list, &listed, data[i] - 128);
                } else {
                        table_bin(&bin, &draw, &kept, data[i]);
                }
        }
        table_damaged(&list, &bin, data);
        return 0;
}
