/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * size.c - stage 1: from bytes asked for to bytes of pages and a size class.
 *
 * Knows:    numbers.  Never touches memory.
 * Promises: no sum, product or rounding here overflows.
 * Proved:   all functions.   Tests: tests/unit/test_size.c
 */
#include "size.h"

/*@ lemma multiple_of: \forall integer q, m; m > 0 && q >= 0 ==> (q * m) % m == 0;

    lemma power_parts: \forall integer b; power_of_two(b) ==>
      (1 <= b ==> b % 1 == 0) && (2 <= b ==> b % 2 == 0) && (4 <= b ==> b % 4 == 0) &&
      (8 <= b ==> b % 8 == 0) && (16 <= b ==> b % 16 == 0) && (32 <= b ==> b % 32 == 0) &&
      (64 <= b ==> b % 64 == 0) && (128 <= b ==> b % 128 == 0) &&
      (256 <= b ==> b % 256 == 0) && (512 <= b ==> b % 512 == 0) &&
      (1024 <= b ==> b % 1024 == 0) && (2048 <= b ==> b % 2048 == 0) &&
      (4096 <= b ==> b % 4096 == 0) && (8192 <= b ==> b % 8192 == 0) &&
      (16384 <= b ==> b % 16384 == 0) && (32768 <= b ==> b % 32768 == 0) &&
      (65536 <= b ==> b % 65536 == 0);

    lemma power_divides: \forall integer a, b;
      power_of_two(a) && power_of_two(b) && a <= b ==> b % a == 0;

    lemma class_bytes_most: \forall integer k;
      0 <= k < 20 ==> class_bytes(65536, k) <= 65536 * 524288;
*/

size_t locket_size_round(size_t size, size_t multiple)
{
        size_t rest;

        if (multiple == LOCKET_ALIGNMENT) {
                rest = size % LOCKET_ALIGNMENT; /* a constant needs no division */
        } else {
                rest = size % multiple;
        }
        if (rest == 0) {
                return size;
        }
        /*@ assert exact: ((size / multiple + 1) * multiple) % multiple == 0; */
        /*@ assert parts: size + (multiple - rest) == (size / multiple + 1) * multiple; */
        return size + (multiple - rest);
}

size_t locket_size_product(size_t count, size_t size)
{
        if (count != 0 && size > SIZE_MAX / count) {
                return SIZE_MAX;
        }
        return count * size;
}

size_t locket_size_plus(size_t a, size_t b)
{
        return b > SIZE_MAX - a ? SIZE_MAX : a + b;
}

size_t locket_size_minus(size_t a, size_t b)
{
        return b > a ? 0 : a - b;
}

int locket_size_aligned(size_t alignment, size_t page)
{
        size_t power = 1;

        /*@ loop invariant power: power_of_two(power);
            loop invariant below: power_of_two(alignment) && alignment <= page ==>
                                    power <= alignment;
            loop assigns power;
            loop variant 65536 - power;
        */
        while (power < alignment && power < page) {
                power += power;
        }
        return power == alignment && power <= page;
}

size_t locket_size_data(size_t size, size_t alignment, size_t page)
{
        size_t used = locket_size_round(size, alignment) + LOCKET_CANARY_BYTES;

        if (used <= page) {
                return page; /* the usual case needs no division */
        }
        return locket_size_round(used, page);
}

uint32_t locket_size_class(size_t data, size_t page)
{
        uint64_t bytes = page;
        uint32_t class = 0;

        /*@ loop invariant bytes: bytes == class_bytes(page, class);
            loop invariant least: class > 0 ==> class_bytes(page, class - 1) < data;
            loop invariant most:  1024 * (class + 1) <= bytes <= 2 * (LOCKET_MAX_SIZE + 131072);
            loop invariant range: data <= class_bytes(page, LOCKET_CLASS_COUNT - 1) ==>
                                    class < LOCKET_CLASS_COUNT;
            loop assigns bytes, class;
            loop variant data - bytes;
        */
        while (bytes < data) {
                bytes += bytes;
                class += 1;
        }
        return class;
}

uint64_t locket_size_capacity(uint32_t class, size_t page)
{
        uint64_t bytes = page;
        uint32_t k;

        /*@ loop invariant range: 0 <= k <= class;
            loop invariant bytes: bytes == class_bytes(page, k);
            loop invariant most:  page <= bytes <= class_bytes(65536, k);
            loop assigns k, bytes;
            loop variant class - k;
        */
        for (k = 0; k < class; k++) {
                bytes += bytes;
        }
        return bytes;
}
