/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_slot.c - records and lists: every answer of the judge, and lists
 * against a model, with damage in them.
 */
#include "unit.h"

#include "slot.h"

CASE(guess)
{
        const size_t first = 5000;
        const size_t pitch = 300;
        const uint32_t count = 7;
        size_t off;

        for (off = 0; off < 9000; off++) {
                uint32_t expected = LOCKET_NONE;
                uint32_t i;

                for (i = 0; i < count; i++) {
                        if (off >= first + i * pitch && off < first + (i + 1) * pitch) {
                                expected = i;
                        }
                }
                SAME(locket_slot_guess(off, first, pitch, count), expected);
        }
        SAME(locket_slot_guess(SIZE_MAX, first, pitch, count), LOCKET_NONE);
        SAME(locket_slot_guess(SIZE_MAX, 0, 1, LOCKET_NONE - 1), LOCKET_NONE);
        SAME(locket_slot_guess(first, first, pitch, 0), LOCKET_NONE);
        SAME(locket_slot_guess((size_t)LOCKET_NONE + 1, 0, 1, 5), LOCKET_NONE);
}

CASE(judge)
{
        int state;

        for (state = LOCKET_SLOT_VIRGIN; state <= LOCKET_SLOT_LIVE; state++) {
                struct locket_slot s;
                size_t off;

                memset(&s, 0, sizeof s);
                s.lo = 1000;
                s.hi = 2000;
                s.user = 1500;
                s.size = 490;
                s.state = state;
                for (off = 0; off < 3000; off++) {
                        int expected = LOCKET_HIT_NOTHING;

                        if (state == LOCKET_SLOT_LIVE && off >= 1000 && off < 2000) {
                                expected = off == 1500 ? LOCKET_HIT_LIVE : LOCKET_HIT_INSIDE;
                        } else if (state != LOCKET_SLOT_LIVE && state != LOCKET_SLOT_VIRGIN &&
                                   off == 1500) {
                                expected = LOCKET_HIT_FREED;
                        }
                        SAME(locket_slot_judge(&s, off), expected);
                }
                s.user = s.hi; /* a secret of size 0 is at the guard */
                SAME(locket_slot_judge(&s, s.hi),
                     state == LOCKET_SLOT_LIVE     ? LOCKET_HIT_LIVE
                     : state == LOCKET_SLOT_VIRGIN ? LOCKET_HIT_NOTHING
                                                   : LOCKET_HIT_FREED);
        }
}

CASE(take_and_drop)
{
        struct locket_slot s;
        struct locket_slot before;

        memset(&s, 0, sizeof s);
        s.lo = 1000;
        s.hi = 2000;
        s.state = LOCKET_SLOT_KEPT;
        s.next = 77;
        s.epoch = 3;
        before = s;
        locket_slot_take(&s, 1900, 90, 16);
        SAME(s.state, LOCKET_SLOT_LIVE);
        SAME(s.user, 1900);
        SAME(s.size, 90);
        SAME(s.alignment, 16);
        SAME(s.lo, before.lo);
        SAME(s.hi, before.hi);
        SAME(s.next, before.next);
        SAME(s.epoch, before.epoch);
        locket_slot_drop(&s);
        SAME(s.state, LOCKET_SLOT_QUARANTINED);
        SAME(s.user, 1900); /* remembered: a second free is told from a foreign one */
        SAME(s.size, 90);
}

#define SLOTS 50u

CASE(list_is_a_queue)
{
        static struct locket_slot slots[SLOTS];
        struct locket_list list;
        uint32_t model[SLOTS];
        size_t length = 0;
        size_t step;
        uint32_t in[SLOTS] = { 0 };

        memset(&list, 0xaa, sizeof list);
        locket_list_clear(&list);
        SAME(list.count, 0);
        SAME(list.head, LOCKET_NONE);
        SAME(list.tail, LOCKET_NONE);
        SAME(locket_list_pop(&list, slots, SLOTS), LOCKET_NONE);
        for (step = 0; step < 100000; step++) {
                const uint32_t i = (uint32_t)unit_below(SLOTS);

                if (unit_random() % 2 == 0 && !in[i]) {
                        locket_list_push(&list, slots, i, SLOTS);
                        model[length++] = i;
                        in[i] = 1;
                } else if (unit_random() % 2 == 0) {
                        const uint32_t got = locket_list_pop(&list, slots, SLOTS);

                        SAME(got, length == 0 ? LOCKET_NONE : model[0]);
                        if (length != 0) {
                                in[got] = 0;
                                length -= 1;
                                memmove(model, model + 1, length * sizeof model[0]);
                        }
                }
                SAME(list.count, length);
        }
}

CASE(list_damaged)
{
        static struct locket_slot slots[SLOTS];
        struct locket_list list;

        locket_list_clear(&list);
        locket_list_push(&list, slots, 1, SLOTS);
        locket_list_push(&list, slots, 2, SLOTS);
        slots[1].next = SLOTS; /* just out of range */
        SAME(locket_list_pop(&list, slots, SLOTS), 1);
        SAME(locket_list_pop(&list, slots, SLOTS), LOCKET_NONE);
        SAME(list.count, 0);
        SAME(locket_list_pop(&list, slots, SLOTS), LOCKET_NONE);
        locket_list_push(&list, slots, 3, SLOTS);
        list.head = LOCKET_NONE;
        SAME(locket_list_pop(&list, slots, SLOTS), LOCKET_NONE);
        locket_list_push(&list, slots, 3, SLOTS);
        list.tail = SLOTS; /* never followed: the list begins anew */
        locket_list_push(&list, slots, 4, SLOTS);
        SAME(list.count, 1);
        SAME(locket_list_pop(&list, slots, SLOTS), 4);
        SAME(locket_list_pop(&list, slots, SLOTS), LOCKET_NONE);
        locket_list_push(&list, slots, 3, SLOTS);
        list.count = UINT32_MAX; /* more than there are */
        locket_list_push(&list, slots, 4, SLOTS);
        SAME(list.count, 1);
        SAME(list.head, 4);
        SAME(slots[3].next, LOCKET_NONE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(guess),
                cmocka_unit_test(judge),
                cmocka_unit_test(take_and_drop),
                cmocka_unit_test(list_is_a_queue),
                cmocka_unit_test(list_damaged),
        };

        return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
