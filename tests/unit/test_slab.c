/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_slab.c - where slots lie, and that pages are open and locked or as
 * they were.
 */
#include "unit.h"

#include "os.h"
#include "size.h"
#include "slab.h"

CASE(spans)
{
        struct locket_range r;
        uint32_t k;

        SAME(locket_range_reserve(&r), 0);
        SAME(locket_slab_spans(&r, r.page), 1);
        SAME(locket_slab_spans(&r, r.span_bytes - 2 * r.page), 1);
        SAME(locket_slab_spans(&r, r.span_bytes - 2 * r.page + 1), 2);
        SAME(locket_slab_spans(&r, r.span_bytes), 2);
        SAME(locket_slab_spans(&r, r.size - 2 * r.page), LOCKET_SPAN_COUNT);
        NEED(locket_slab_spans(&r, r.size) > LOCKET_SPAN_COUNT);
        NEED(locket_slab_spans(&r, (uint64_t)1 << 40) > LOCKET_SPAN_COUNT);
        r.span_bytes = 32768; /* 32 MiB of range: the least */
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                const uint64_t bytes = locket_size_capacity(k, r.page);
                const uint64_t spans = (bytes + 2 * r.page + 32767) / 32768;

                SAME(locket_slab_spans(&r, bytes),
                     spans > LOCKET_SPAN_COUNT ? LOCKET_SPAN_COUNT + 1 : spans);
        }
}

/* Each slot of class ${k} from span ${span} on lies in the slab, with a guard
 * page on either side that no slot has. */
static void shape_right(const struct locket_range *r, uint32_t k, uint32_t span)
{
        const size_t capacity = (size_t)locket_size_capacity(k, r->page);
        const uint32_t n = locket_slab_spans(r, capacity);
        const size_t lo = span * r->span_bytes;
        struct locket_slab slab;
        uint32_t i;

        if (n > LOCKET_SPAN_COUNT || span + n > LOCKET_SPAN_COUNT) {
                return;
        }
        memset(&slab, 0xaa, sizeof slab);
        locket_slab_shape(&slab, r, span, n, k, capacity);
        SAME(slab.spans, n);
        SAME(slab.size_class, k);
        SAME(slab.used, 0);
        NEED(slab.count >= 1 && slab.count <= n * r->span_slots);
        SAME(slab.slots, span * r->span_slots);
        SAME(slab.first, lo + r->page);
        SAME(slab.next_hi, slab.first + capacity);
        SAME(slab.capacity, capacity);
        SAME(slab.pitch, capacity + r->page);
        SAME(slab.end, lo + n * r->span_bytes);
        SAME(slab.doomed, 0);
        for (i = 0; i < slab.count; i++) {
                const size_t begin = slab.first + i * slab.pitch;

                NEED(begin % r->page == 0 && begin >= lo + r->page);
                NEED(begin + capacity + r->page <= lo + n * r->span_bytes);
        }
}

CASE(shape)
{
        struct locket_range r;
        uint32_t k;

        SAME(locket_range_reserve(&r), 0);
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                shape_right(&r, k, 0);
                shape_right(&r, k, 17);
                shape_right(&r, k, LOCKET_SPAN_COUNT - 1);
        }
        r.span_bytes = 32768;
        r.span_slots = 4;
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                shape_right(&r, k, 0);
                shape_right(&r, k, 1000);
                shape_right(&r, k, LOCKET_SPAN_COUNT - 1);
        }
}

CASE(open_and_give_back)
{
        const size_t page = unit_page();
        unsigned char *b = locket_os_reserve(16 * page);
        const size_t locked = unit_locked();
        int round;

        for (round = 0; round < 3; round++) {
                SAME(locket_slab_open(b, 4 * page, 8 * page, LOCKET_REQUIRE), 0);
                SAME(unit_locked(), locked + 4 * page);
                NEED(unit_flag(b + 4 * page, "lo"));
                NEED(strcmp(unit_access(b + 4 * page), "rw-p") == 0);
                NEED(strcmp(unit_access(b + 4 * page - 1), "---p") == 0);
                NEED(strcmp(unit_access(b + 8 * page), "---p") == 0);
                NEED(unit_zero(b + 4 * page, 4 * page));
                memset(b + 4 * page, 1, 4 * page);
                memset(b + 4 * page, 0, 4 * page);
                SAME(locket_slab_give_back(b, 4 * page, 6 * page, LOCKET_HELD_LOCKED, 1), 0);
                SAME(unit_locked(), locked + 2 * page);
                NEED(strcmp(unit_access(b + 5 * page), "---p") == 0);
                NEED(strcmp(unit_access(b + 6 * page), "rw-p") == 0);
                SAME(locket_os_close(b, 6 * page, 8 * page), 0);
                SAME(locket_slab_give_back(b, 6 * page, 8 * page, LOCKET_HELD_LOCKED, 0), 0);
                SAME(unit_locked(), locked);
                NEED(strcmp(unit_access(b + 6 * page), "---p") == 0);
                NEED(unit_zero(b + 4 * page, 4 * page));
        }
        SAME(locket_slab_open(b, 4 * page, 8 * page, LOCKET_OFF), 0);
        SAME(unit_locked(), locked);
        NEED(strcmp(unit_access(b + 4 * page), "rw-p") == 0);
        SAME(locket_slab_give_back(b, 4 * page, 8 * page, LOCKET_HELD_MARKED, 1), 0);
        NEED(strcmp(unit_access(b + 4 * page), "---p") == 0);
}

CASE(held_both)
{
        const size_t page = unit_page();
        unsigned char *b = locket_os_reserve(16 * page);
        const size_t locked = unit_locked();

        SAME(locket_slab_open(b, 4 * page, 6 * page, LOCKET_REQUIRE), 0);
        SAME(locket_slab_open(b, 6 * page, 8 * page, LOCKET_OFF), 0);
        SAME(unit_locked(), locked + 2 * page);
        SAME(locket_slab_give_back(b, 4 * page, 8 * page, LOCKET_HELD_BOTH, 1), 0);
        SAME(unit_locked(), locked);
        NEED(strcmp(unit_access(b + 4 * page), "---p") == 0);
        NEED(strcmp(unit_access(b + 7 * page), "---p") == 0);
        NEED(!unit_flag(b + 6 * page, "rr"));
}

CASE(access_changes)
{
        static const char *const shown[] = { "---p", "r--p", "rw-p" };
        const size_t page = unit_page();
        unsigned char *b = locket_os_reserve(16 * page);
        int from;
        int to;

        _Static_assert(LOCKET_NO_ACCESS == 0 && LOCKET_READ_ONLY == 1 && LOCKET_READ_WRITE == 2,
                       "they index `shown`");
        SAME(locket_slab_open(b, 4 * page, 8 * page, LOCKET_REQUIRE), 0);
        from = LOCKET_READ_WRITE;
        for (to = 0; to < 9; to++) {
                const int access = (to * to + to / 3) % 3;

                SAME(locket_slab_access(b, 4 * page, 8 * page, from, access), 0);
                NEED(strcmp(unit_access(b + 4 * page - 1), "---p") == 0);
                NEED(strcmp(unit_access(b + 4 * page), shown[access]) == 0);
                NEED(strcmp(unit_access(b + 8 * page - 1), shown[access]) == 0);
                NEED(strcmp(unit_access(b + 8 * page), "---p") == 0);
                NEED(unit_flag(b + 4 * page, "lo"));
                from = access;
        }
}

static void at_the_limit(void *unused)
{
        const size_t page = unit_page();
        unsigned char *b = locket_os_reserve(16 * page);
        size_t mappings;

        (void)unused;
        NEED(unit_become_user(2 * page));
        mappings = unit_mappings();
        errno = 4711;
        SAME(locket_slab_open(b, 4 * page, 8 * page, LOCKET_REQUIRE), EAGAIN);
        SAME(unit_locked(), 0);
        NEED(unit_mappings() <= mappings + UNIT_SLACK);
        NEED(strcmp(unit_access(b + 4 * page), "---p") == 0);
        NEED(!unit_flag(b + 4 * page, "lo"));
        SAME((unsigned)locket_slab_open(b, 4 * page, 8 * page, LOCKET_PREFER),
             (unsigned)-EAGAIN);
        NEED(strcmp(unit_access(b + 4 * page), "rw-p") == 0);
        SAME(unit_locked(), 0);
        NEED(!unit_flag(b + 4 * page, "lo"));
        SAME(locket_slab_give_back(b, 4 * page, 8 * page, LOCKET_HELD_MARKED, 1), 0);
        NEED(strcmp(unit_access(b + 4 * page), "---p") == 0);
        SAME(locket_slab_open(b, 4 * page, 6 * page, LOCKET_REQUIRE), 0);
        SAME(unit_locked(), 2 * page);
        SAME(errno, 4711);
}

CASE(all_or_nothing)
{
        NEED(unit_ends(at_the_limit, NULL));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(spans),
                cmocka_unit_test(shape),
                cmocka_unit_test(open_and_give_back),
                cmocka_unit_test(held_both),
                cmocka_unit_test(access_changes),
                cmocka_unit_test(all_or_nothing),
        };

        return cmocka_run_group_tests_name("slab", tests, NULL, NULL);
}
