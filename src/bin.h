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
/*@ requires bin: \valid(bin);
    terminates \true;
    exits      \false;
    assigns    *bin;
    ensures counts: bin->open == 0 && bin->live == 0 && bin->floor == 0 && bin->floor_data == 0;
    ensures none:   bin->slab == LOCKET_NONE && bin->drawn == 0 &&
                    bin->kept.count == 0 && bin->cold.count == 0;
*/
LOCKET_INTERNAL void locket_bin_clear(struct locket_bin *bin);

/**
 * locket_bin_keep(bin, slots, i, count):
 * Put slot ${i} of the table of ${count} among those that are drawn from.
 */
/*@ requires bin:   \valid(bin);
    requires slots: \valid(slots + (0 .. count - 1));
    requires apart: \separated(bin, slots + (0 .. count - 1));
    requires range: i < count <= LOCKET_NONE;
    terminates \true;
    exits      \false;
    assigns    slots[i].state, slots[i].next,
               slots[bin->kept.tail < count ? bin->kept.tail : i].next,
               bin->draw[bin->drawn < LOCKET_DRAW ? bin->drawn : 0], bin->drawn,
               bin->kept.head, bin->kept.tail, bin->kept.count;
    ensures kept:   slots[i].state == LOCKET_SLOT_KEPT;
    ensures drawn:  \old(bin->drawn) < LOCKET_DRAW ==>
                      bin->draw[\old(bin->drawn)] == i && bin->drawn == \old(bin->drawn) + 1 &&
                      bin->kept == \old(bin->kept);
    ensures listed: \old(bin->drawn) >= LOCKET_DRAW ==>
                      bin->kept.tail == i && bin->kept.count > 0 &&
                      bin->drawn == \old(bin->drawn);
    ensures others: \forall integer k; 0 <= k < LOCKET_DRAW && k != \old(bin->drawn) ==>
                      bin->draw[k] == \old(bin->draw[k]);
*/
LOCKET_INTERNAL void locket_bin_keep(struct locket_bin *bin, struct locket_slot *slots,
                                     uint32_t i, uint32_t count);

/**
 * locket_bin_draw(bin, slots, count, random):
 * Take one of the kept slots, the one that ${random} picks; LOCKET_NONE if
 * there is none.
 */
/*@ requires bin:   \valid(bin);
    requires slots: \valid_read(slots + (0 .. count - 1));
    requires apart: \separated(bin, slots + (0 .. count - 1));
    requires count: count <= LOCKET_NONE;
    terminates \true;
    exits      \false;
    assigns    bin->draw[0 .. LOCKET_DRAW - 1], bin->drawn,
               bin->kept.head, bin->kept.tail, bin->kept.count;
    ensures range: \result < count || \result == LOCKET_NONE;
    ensures empty: \old(bin->drawn) == 0 || \old(bin->drawn) > LOCKET_DRAW ==>
                     \result == LOCKET_NONE && bin->drawn == \old(bin->drawn);
    ensures found: 0 < \old(bin->drawn) <= LOCKET_DRAW ==>
                     \old(bin->draw[random % bin->drawn]) < count ==>
                     \result == \old(bin->draw[random % bin->drawn]);
    ensures wrong: 0 < \old(bin->drawn) <= LOCKET_DRAW ==>
                     \old(bin->draw[random % bin->drawn]) >= count ==> \result == LOCKET_NONE;
    ensures rest:  0 < \old(bin->drawn) <= LOCKET_DRAW ==>
                     \forall integer k; 0 <= k < LOCKET_DRAW && k != \old(random % bin->drawn) ==>
                       bin->draw[k] == \old(bin->draw[k]);
    ensures taken: 0 < \old(bin->drawn) <= LOCKET_DRAW ==>
                     (bin->drawn == \old(bin->drawn) - 1 &&
                      bin->draw[\old(random % bin->drawn)] == bin->draw[bin->drawn]) ||
                     (bin->drawn == \old(bin->drawn) &&
                      bin->draw[\old(random % bin->drawn)] == \old(bin->kept.head) &&
                      bin->kept.count == \old(bin->kept.count) - 1);
*/
LOCKET_INTERNAL uint32_t locket_bin_draw(struct locket_bin *bin, const struct locket_slot *slots,
                                         uint32_t count, uint64_t random);

#endif
