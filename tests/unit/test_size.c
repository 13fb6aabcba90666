/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_size.c - sizes against a reference that rounds by searching, and every
 * edge where a sum or a product could overflow.
 */
#include "unit.h"

#include "size.h"

CASE(round_small)
{
        size_t size;
        size_t multiple;

        for (multiple = 1; multiple <= 70; multiple++) {
                size_t expected = 0;

                for (size = 0; size < 600; size++) {
                        while (expected < size) {
                                expected += multiple;
                        }
                        SAME(locket_size_round(size, multiple), expected);
                }
        }
}

CASE(round_edge)
{
        const size_t most = LOCKET_MAX_SIZE + 65536;
        size_t multiple;

        for (multiple = 1; multiple <= 65536; multiple *= 2) {
                size_t back;

                for (back = 0; back <= 70; back++) {
                        const size_t size = most - back;
                        const size_t rounded = locket_size_round(size, multiple);

                        NEED(rounded >= size && rounded - size < multiple);
                        SAME(rounded % multiple, 0);
                }
        }
        SAME(locket_size_round(LOCKET_MAX_SIZE, 16), LOCKET_MAX_SIZE);
        SAME(locket_size_round(most, 3) % 3, 0);
}

CASE(product)
{
        const size_t root = (size_t)1 << (sizeof(size_t) * 4);
        size_t i;

        SAME(locket_size_product(0, 0), 0);
        SAME(locket_size_product(0, SIZE_MAX), 0);
        SAME(locket_size_product(SIZE_MAX, 0), 0);
        SAME(locket_size_product(1, SIZE_MAX), SIZE_MAX);
        SAME(locket_size_product(SIZE_MAX, 1), SIZE_MAX);
        SAME(locket_size_product(SIZE_MAX, 2), SIZE_MAX);
        SAME(locket_size_product(2, SIZE_MAX / 2), SIZE_MAX - 1);
        SAME(locket_size_product(2, SIZE_MAX / 2 + 1), SIZE_MAX);
        SAME(locket_size_product(root, root), SIZE_MAX);
        SAME(locket_size_product(root, root - 1), root * (root - 1));
        SAME(locket_size_product(root + 1, root - 1), SIZE_MAX);
        SAME(locket_size_product(root + 1, root), SIZE_MAX);
        for (i = 0; i < 100000; i++) {
                const size_t a = (size_t)(unit_random() >> (unit_random() % 64));
                const size_t b = (size_t)(unit_random() >> (unit_random() % 64));
                size_t exact;

                if (__builtin_mul_overflow(a, b, &exact)) {
                        exact = SIZE_MAX;
                }
                SAME(locket_size_product(a, b), exact);
        }
}

CASE(plus_and_minus)
{
        SAME(locket_size_plus(3, 4), 7);
        SAME(locket_size_plus(SIZE_MAX - 1, 1), SIZE_MAX);
        SAME(locket_size_plus(SIZE_MAX, 0), SIZE_MAX);
        SAME(locket_size_plus(1, SIZE_MAX), SIZE_MAX);
        SAME(locket_size_plus(SIZE_MAX, SIZE_MAX), SIZE_MAX);
        SAME(locket_size_minus(7, 4), 3);
        SAME(locket_size_minus(4, 4), 0);
        SAME(locket_size_minus(4, 5), 0);
        SAME(locket_size_minus(0, SIZE_MAX), 0);
        SAME(locket_size_minus(SIZE_MAX, 1), SIZE_MAX - 1);
}

CASE(aligned)
{
        size_t page;
        size_t a;

        for (page = 1024; page <= 65536; page *= 2) {
                for (a = 0; a <= 2 * page + 2; a++) {
                        const int power = a != 0 && (a & (a - 1)) == 0;

                        SAME(locket_size_aligned(a, page), power && a <= page);
                }
                SAME(locket_size_aligned(SIZE_MAX, page), 0);
                SAME(locket_size_aligned(SIZE_MAX / 2 + 1, page), 0);
        }
}

/* What size.h says of data, for one set of numbers. */
static void data_right(size_t size, size_t alignment, size_t page)
{
        const size_t data = locket_size_data(size, alignment, page);
        const size_t end = (size + alignment - 1) / alignment * alignment;

        SAME(data, (end + 16 + page - 1) / page * page);
        NEED(size + LOCKET_CANARY_BYTES <= data);
        NEED(data < size + alignment + LOCKET_CANARY_BYTES + page);
}

CASE(data)
{
        size_t alignment;
        size_t size;

        for (alignment = 1; alignment <= 4096; alignment *= 2) {
                for (size = 0; size <= 9000; size++) {
                        data_right(size, alignment, 4096);
                }
                for (size = LOCKET_MAX_SIZE - 300; size <= LOCKET_MAX_SIZE; size++) {
                        data_right(size, alignment, 4096);
                        data_right(size, alignment, 65536);
                }
        }
        SAME(locket_size_data(0, 16, 4096), 4096);
        SAME(locket_size_data(4080, 16, 4096), 4096);
        SAME(locket_size_data(4081, 16, 4096), 8192);
        SAME(locket_size_data(4081, 1, 4096), 8192);
        SAME(locket_size_data(1, 4096, 4096), 8192);
}

CASE(class_and_capacity)
{
        size_t page;

        for (page = 1024; page <= 65536; page *= 4) {
                uint64_t capacity = page;
                uint32_t k;

                for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                        SAME(locket_size_capacity(k, page), capacity);
                        if (capacity <= LOCKET_MAX_SIZE) {
                                SAME(locket_size_class((size_t)capacity, page), k);
                                SAME(locket_size_class((size_t)capacity + 1, page), k + 1);
                                SAME(locket_size_class((size_t)capacity - 1, page),
                                     (k > 0 && capacity / 2 == capacity - 1) ? k - 1 : k);
                        }
                        capacity *= 2;
                }
                SAME(locket_size_class(0, page), 0);
                SAME(locket_size_class(1, page), 0);
        }
        SAME(locket_size_class(locket_size_data(LOCKET_MAX_SIZE, 1, 4096), 4096),
             LOCKET_CLASS_COUNT - 1);
        SAME(locket_size_class(locket_size_data(LOCKET_MAX_SIZE, 16, 4096), 4096),
             LOCKET_CLASS_COUNT - 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(round_small),
                cmocka_unit_test(round_edge),
                cmocka_unit_test(product),
                cmocka_unit_test(plus_and_minus),
                cmocka_unit_test(aligned),
                cmocka_unit_test(data),
                cmocka_unit_test(class_and_capacity),
        };

        return cmocka_run_group_tests_name("size", tests, NULL, NULL);
}
