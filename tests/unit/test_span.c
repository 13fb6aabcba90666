/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_span.c - the one range: from an address to its span, and spans taken
 * and dropped against a model.
 */
#include "unit.h"

#include <sys/resource.h>

#include "os.h"
#include "span.h"

CASE(reserve)
{
        struct locket_range r;
        const size_t mappings = unit_mappings();

        memset(&r, 0xaa, sizeof r);
        SAME(locket_range_reserve(&r), 0);
        SAME(r.address, (uintptr_t)r.base);
        SAME(r.page, unit_page());
        SAME(r.size, r.span_bytes * LOCKET_SPAN_COUNT);
        SAME(r.span_bytes % r.page, 0);
        NEED(r.size <= LOCKET_RANGE_MOST && r.span_slots >= 1);
        NEED(r.span_slots >= 1 && r.span_slots * 2 * r.page <= r.span_bytes);
        SAME(r.undump_error, 0);
        SAME(r.fork_error, 0);
        SAME(r.merge_error, 0);
        NEED(strcmp(unit_access(r.base), "---p") == 0);
        NEED(strcmp(unit_access(r.base + r.size - 1), "---p") == 0);
        NEED(unit_flag(r.base, "dd") && unit_flag(r.base, "wf"));
        NEED(unit_flag(r.base + r.size - 1, "dd") && unit_flag(r.base + r.size - 1, "wf"));
        NEED(unit_mappings() <= mappings + 4 + UNIT_SLACK);
}

static void with_room(void *bytes)
{
        const struct rlimit limit = { *(size_t *)bytes, *(size_t *)bytes };
        struct locket_range r;

        SAME(setrlimit(RLIMIT_AS, &limit), 0);
        if (locket_range_reserve(&r) == 0) {
                NEED(r.span_slots >= 1 && r.size < *(size_t *)bytes);
                SAME(r.size, r.span_bytes * LOCKET_SPAN_COUNT);
                NEED(r.span_slots >= 1);
                _exit(3);
        }
        _exit(4);
}

CASE(reserve_with_little_room)
{
        size_t bytes;

        if (UNIT_SANITIZED || unit_light()) {
                return;
        }
        bytes = (size_t)1 << 30;
        SAME(unit_child(with_room, &bytes), 3 << 8);
        bytes = (size_t)256 << 20;
        SAME(unit_child(with_room, &bytes), 3 << 8);
        bytes = (size_t)24 << 20;
        SAME(unit_child(with_room, &bytes), 4 << 8);
}

CASE(address_to_span)
{
        struct locket_range r;
        uintptr_t end;
        size_t i;

        SAME(locket_range_reserve(&r), 0);
        end = r.address + r.size;
        SAME(locket_range_span(&r, 0), LOCKET_NONE);
        SAME(locket_range_span(&r, r.address - 1), LOCKET_NONE);
        SAME(locket_range_span(&r, r.address), 0);
        SAME(locket_range_span(&r, r.address + r.span_bytes - 1), 0);
        SAME(locket_range_span(&r, r.address + r.span_bytes), 1);
        SAME(locket_range_span(&r, end - 1), LOCKET_SPAN_COUNT - 1);
        SAME(locket_range_span(&r, end), LOCKET_NONE);
        SAME(locket_range_span(&r, UINTPTR_MAX), LOCKET_NONE);
        for (i = 0; i < 100000; i++) {
                const size_t off = unit_below(r.size);

                SAME(locket_range_span(&r, r.address + off), off / r.span_bytes);
        }
}

CASE(take_edges)
{
        static struct locket_span spans[LOCKET_SPAN_COUNT];
        uint32_t i;

        SAME(locket_span_take(spans, LOCKET_SPAN_COUNT + 1, 1), LOCKET_NONE);
        SAME(locket_span_take(spans, LOCKET_SPAN_COUNT, 5), 0);
        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                SAME(spans[i].owner, 5);
                SAME(spans[i].slab, 0);
        }
        SAME(locket_span_take(spans, 1, 6), LOCKET_NONE);
        locket_span_drop(spans, 100, 3, 0);
        locket_span_drop(spans, 200, 1, 0);
        SAME(locket_span_take(spans, 4, 6), LOCKET_NONE);
        SAME(locket_span_take(spans, 3, 6), 100);
        for (i = 100; i < 103; i++) {
                SAME(spans[i].owner, 6);
                SAME(spans[i].slab, 100);
        }
        SAME(spans[99].owner, 5);
        SAME(spans[103].owner, 5);
        SAME(locket_span_take(spans, 1, 7), 200);
        SAME(locket_span_take(spans, 1, 7), LOCKET_NONE);
        locket_span_drop(spans, LOCKET_SPAN_COUNT - 2, 2, 0); /* the very end */
        SAME(locket_span_take(spans, 2, 8), LOCKET_SPAN_COUNT - 2);
}

CASE(take_and_drop)
{
        static struct locket_span spans[LOCKET_SPAN_COUNT];
        static uint32_t model[LOCKET_SPAN_COUNT]; /* owner, or 0 */
        uint32_t first[64];
        uint32_t count[64] = { 0 };
        size_t step;

        for (step = 0; step < unit_count(20000, 2000); step++) {
                const size_t which = unit_below(64);
                uint32_t i;

                if (count[which] != 0) {
                        locket_span_drop(spans, first[which], count[which], 0);
                        for (i = 0; i < count[which]; i++) {
                                model[first[which] + i] = 0;
                        }
                        count[which] = 0;
                } else {
                        const uint32_t n = (uint32_t)unit_below(60) + 1;
                        const uint32_t at = locket_span_take(spans, n, (uint32_t)which + 1);

                        if (at == LOCKET_NONE) {
                                uint32_t run = 0;

                                for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                                        run = model[i] == 0 ? run + 1 : 0;
                                        NEED(run < n);
                                }
                                continue;
                        }
                        NEED(at + n <= LOCKET_SPAN_COUNT);
                        for (i = at; i < at + n; i++) {
                                SAME(model[i], 0);
                                model[i] = (uint32_t)which + 1;
                                SAME(spans[i].slab, at);
                        }
                        first[which] = at;
                        count[which] = n;
                }
                for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                        SAME(spans[i].owner, model[i]);
                }
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(reserve),
                cmocka_unit_test(reserve_with_little_room),
                cmocka_unit_test(address_to_span),
                cmocka_unit_test(take_edges),
                cmocka_unit_test(take_and_drop),
        };

        return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
