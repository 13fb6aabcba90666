/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * slot.c - stage 4: the table of slots: whose pages are whose.
 *
 * Knows:    indices, states, offsets as numbers.  Never touches a secret byte.
 * Promises: a slot is LIVE exactly between take and drop; an index or an
 *           offset is checked before it is believed.
 * Proved:   all functions.   Tests: tests/unit/test_slot.c
 */
#include "slot.h"

#include "word.h"

uint32_t locket_slot_guess(size_t off, size_t first, size_t pitch, uint32_t count)
{
        size_t i;

        if (off < first) {
                return LOCKET_NONE;
        }
        i = (off - first) / pitch;
        if (i >= count) {
                return LOCKET_NONE;
        }
        return (uint32_t)i;
}

int locket_slot_judge(const struct locket_slot *s, size_t off)
{
        if (s->state == LOCKET_SLOT_LIVE) {
                if (s->user == off) {
                        return LOCKET_HIT_LIVE;
                }
                if (s->lo <= off && off < s->hi) {
                        return LOCKET_HIT_INSIDE;
                }
                return LOCKET_HIT_NOTHING;
        }
        if (s->state != LOCKET_SLOT_VIRGIN && s->user == off) {
                return LOCKET_HIT_FREED;
        }
        return LOCKET_HIT_NOTHING;
}

void locket_slot_take(struct locket_slot *s, size_t user, size_t size, uint32_t alignment)
{
        s->user = user;
        s->size = size;
        s->alignment = alignment;
        locket_int_store(&s->state, LOCKET_SLOT_LIVE); /* whoever sees it sees the rest */
}

void locket_slot_drop(struct locket_slot *s)
{
        s->state = LOCKET_SLOT_QUARANTINED;
}

void locket_list_clear(struct locket_list *list)
{
        list->head = LOCKET_NONE;
        list->tail = LOCKET_NONE;
        list->count = 0;
}

void locket_list_push(struct locket_list *list, struct locket_slot *slots, uint32_t i,
                      uint32_t count)
{
        if (list->count != 0 && list->count < count && list->tail < count) {
                slots[list->tail].next = i;
        } else {
                list->head = i;
                list->count = 0;
        }
        slots[i].next = LOCKET_NONE;
        list->tail = i;
        list->count += 1;
}

uint32_t locket_list_pop(struct locket_list *list, const struct locket_slot *slots,
                         uint32_t count)
{
        uint32_t i = list->head;

        if (list->count == 0) {
                return LOCKET_NONE;
        }
        if (i >= count) {
                locket_list_clear(list); /* damage: nothing that follows is believed */
                return LOCKET_NONE;
        }
        list->head = slots[i].next;
        list->count -= 1;
        return i;
}
