/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * bin.c - stage 4: the free slots of one size class.
 *
 * Knows:    indices.  Never touches a byte of a slot.
 * Promises: what is put in comes out once.
 * Proved:   all functions.   Tests: tests/unit/test_bin.c
 */
#include "bin.h"

void locket_bin_clear(struct locket_bin *bin)
{
        bin->slab = LOCKET_NONE;
        bin->open = 0;
        bin->live = 0;
        bin->floor = 0;
        bin->floor_data = 0;
        bin->drawn = 0;
        locket_list_clear(&bin->kept);
        locket_list_clear(&bin->cold);
}

void locket_bin_keep(struct locket_bin *bin, struct locket_slot *slots, uint32_t i,
                     uint32_t count)
{
        slots[i].state = LOCKET_SLOT_KEPT;
        if (bin->drawn < LOCKET_DRAW) {
                bin->draw[bin->drawn] = i;
                bin->drawn += 1;
        } else {
                locket_list_push(&bin->kept, slots, i, count);
        }
}

uint32_t locket_bin_draw(struct locket_bin *bin, const struct locket_slot *slots, uint32_t count,
                         uint64_t random)
{
        uint32_t at;
        uint32_t i;
        uint32_t next;

        if (bin->drawn == 0 || bin->drawn > LOCKET_DRAW) {
                return LOCKET_NONE;
        }
        at = (uint32_t)(random % bin->drawn);
        i = bin->draw[at];
        next = locket_list_pop(&bin->kept, slots, count);
        if (next == LOCKET_NONE) {
                bin->drawn -= 1;
                next = bin->draw[bin->drawn];
        }
        bin->draw[at] = next;
        return i < count ? i : LOCKET_NONE;
}
