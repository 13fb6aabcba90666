/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * bin.h - stage 4: the free slots of one size class.
 *
 * Kept slots have zero pages and are drawn from at random; cold slots have
 * none.  An index from a list is checked before it is used.
 */
#ifndef LOCKET_BIN_H
#define LOCKET_BIN_H

#include "config.h"
#include "slot.h"
#include "spec.h"

struct locket_bin {
        uint32_t slab;          /* with slots that were never used, or NONE */
        uint32_t open;          /* slots that have pages, live ones too */
        uint32_t live;          /* of these, handed out */
        uint32_t floor;         /* of these, what a reserve promises: kept open */
        size_t floor_data;      /* bytes of pages that each of them has; 0: none */
        uint32_t drawn;         /* how many of draw[] */
        uint32_t draw[LOCKET_DRAW];
        struct locket_list kept;        /* more of them, oldest first */
        struct locket_list cold;
};

/** locket_bin_clear(bin): No slot. */
LOCKET_INTERNAL void locket_bin_clear(struct locket_bin *bin);

/**
 * locket_bin_keep(bin, slots, i, count):
 * Put slot ${i} of the table of ${count} among those that are drawn from.
 */
LOCKET_INTERNAL void locket_bin_keep(struct locket_bin *bin, struct locket_slot *slots,
                                     uint32_t i, uint32_t count);

/**
 * locket_bin_draw(bin, slots, count, random):
 * Take one of the kept slots, the one that ${random} picks; LOCKET_NONE if
 * there is none.
 */
LOCKET_INTERNAL uint32_t locket_bin_draw(struct locket_bin *bin, const struct locket_slot *slots,
                                         uint32_t count, uint64_t random);

#endif
