/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_bin.c - free slots: what is put in comes out once, and each of those
 * in front is as likely as another.
 */
#include "unit.h"

#include "bin.h"

#define SLOTS 40u

CASE(empty)
{
        static struct locket_slot slots[SLOTS];
        struct locket_bin bin;

        memset(&bin, 0xaa, sizeof bin);
        locket_bin_clear(&bin);
        SAME(bin.slab, LOCKET_NONE);
        SAME(bin.drawn, 0);
        SAME(bin.kept.count, 0);
        SAME(bin.cold.count, 0);
        SAME(locket_bin_draw(&bin, slots, SLOTS, 0), LOCKET_NONE);
        SAME(locket_bin_draw(&bin, slots, SLOTS, UINT64_MAX), LOCKET_NONE);
}

CASE(in_and_out_once)
{
        static struct locket_slot slots[SLOTS];
        struct locket_bin bin;
        uint32_t in[SLOTS] = { 0 };
        size_t inside = 0;
        size_t step;

        locket_bin_clear(&bin);
        for (step = 0; step < 100000; step++) {
                const uint32_t i = (uint32_t)unit_below(SLOTS);

                if (unit_random() % 2 == 0 && !in[i]) {
                        slots[i].state = LOCKET_SLOT_QUARANTINED;
                        locket_bin_keep(&bin, slots, i, SLOTS);
                        SAME(slots[i].state, LOCKET_SLOT_KEPT);
                        in[i] = 1;
                        inside += 1;
                } else if (unit_random() % 2 == 0) {
                        const uint32_t got = locket_bin_draw(&bin, slots, SLOTS, unit_random());

                        SAME(got == LOCKET_NONE, inside == 0);
                        if (inside != 0) {
                                NEED(got < SLOTS && in[got]);
                                in[got] = 0;
                                inside -= 1;
                        }
                }
                SAME(bin.drawn + bin.kept.count, inside);
        }
}

CASE(every_one_can_come)
{
        static struct locket_slot slots[SLOTS];
        uint32_t seen[LOCKET_DRAW] = { 0 };
        uint64_t random;
        uint32_t i;

        for (random = 0; random < 64; random++) {
                struct locket_bin bin;

                locket_bin_clear(&bin);
                for (i = 0; i < LOCKET_DRAW; i++) {
                        locket_bin_keep(&bin, slots, i, SLOTS);
                }
                i = locket_bin_draw(&bin, slots, SLOTS, random);
                NEED(i < LOCKET_DRAW);
                seen[i] += 1;
        }
        for (i = 0; i < LOCKET_DRAW; i++) {
                SAME(seen[i], 64 / LOCKET_DRAW);
        }
}

CASE(damage_is_not_followed)
{
        static struct locket_slot slots[SLOTS];
        struct locket_bin bin;

        locket_bin_clear(&bin);
        locket_bin_keep(&bin, slots, 3, SLOTS);
        bin.draw[0] = SLOTS;
        SAME(locket_bin_draw(&bin, slots, SLOTS, 0), LOCKET_NONE);
        locket_bin_clear(&bin);
        locket_bin_keep(&bin, slots, 3, SLOTS);
        bin.drawn = LOCKET_DRAW + 1;
        SAME(locket_bin_draw(&bin, slots, SLOTS, LOCKET_DRAW), LOCKET_NONE);
        bin.drawn = UINT32_MAX;
        SAME(locket_bin_draw(&bin, slots, SLOTS, UINT64_MAX - 1), LOCKET_NONE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(empty),
                cmocka_unit_test(in_and_out_once),
                cmocka_unit_test(every_one_can_come),
                cmocka_unit_test(damage_is_not_followed),
        };

        return cmocka_run_group_tests_name("bin", tests, NULL, NULL);
}
