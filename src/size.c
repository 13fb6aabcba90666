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
        return size + (multiple - rest);
}

size_t locket_size_product(size_t count, size_t size)
{
        if (count != 0 && size > SIZE_MAX / count) {
                return SIZE_MAX;
        }
        return count * size;
}

int locket_size_aligned(size_t alignment, size_t page)
{
        size_t power = 1;

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

        for (k = 0; k < class; k++) {
                bytes += bytes;
        }
        return bytes;
}
