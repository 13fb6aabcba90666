/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * unit_size.c - target: size arithmetic against numbers of 128 bits, in which
 * nothing overflows, and against loops that search.
 */
#include <string.h>

#include "../src/size.h"
#include "say.h"
#include "target.h"

__extension__ typedef unsigned __int128 wide;

static const size_t most = (size_t)65536;

static size_t clipped(wide value)
{
        return value > SIZE_MAX ? SIZE_MAX : (size_t)value;
}

static void size_sums(size_t a, size_t b)
{
        MUST_BE(locket_size_product(a, b), clipped((wide)a * b), "product");
        MUST_BE(locket_size_plus(a, b), clipped((wide)a + b), "plus");
        MUST_BE(locket_size_minus(a, b), a < b ? 0 : a - b, "minus");
}

static void size_rounds(size_t size, size_t multiple)
{
        const wide up = ((wide)size + multiple - 1) / multiple * multiple;

        MUST_BE(locket_size_round(size, multiple), (size_t)up, "round");
}

/* A power of two from 1 to the page size, found by trying all. */
static int size_is_aligned(size_t alignment, size_t page)
{
        size_t power;

        for (power = 1; power <= page; power += power) {
                if (power == alignment) {
                        return 1;
                }
        }
        return 0;
}

static void size_pages(size_t size, size_t alignment, size_t page)
{
        const wide end = ((wide)size + alignment - 1) / alignment * alignment;
        const wide data = (end + 16 + page - 1) / page * page;
        uint32_t class = 0;
        wide bytes = page;

        MUST_BE(locket_size_data(size, alignment, page), (size_t)data, "data");
        while (bytes < data) {
                bytes *= 2;
                class += 1;
        }
        MUST_BE(locket_size_class((size_t)data, page), class, "class");
        if (class < LOCKET_CLASS_COUNT) {
                MUST_BE(locket_size_capacity(class, page), (uint64_t)bytes, "capacity");
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        size_t a;
        size_t b;
        size_t page;

        if (size < sizeof a + sizeof b + 3) {
                return 0;
        }
        memcpy(&a, data, sizeof a);
        memcpy(&b, data + sizeof a, sizeof b);
        data += sizeof a + sizeof b;
        /* Numbers of every length, and close to the ends. */
        a = data[0] & 1 ? SIZE_MAX - (a >> data[0] / 4u) : a >> data[0] / 4u;
        b = data[1] & 1 ? SIZE_MAX - (b >> data[1] / 4u) : b >> data[1] / 4u;
        page = (size_t)1024 << data[2] % 7u;
        size_sums(a, b);
        MUST_BE(locket_size_aligned(b, page), size_is_aligned(b, page), "aligned");
        if (a <= LOCKET_MAX_SIZE + 131072u) {
                size_rounds(a, 1 + b % most);
        }
        if (a <= LOCKET_MAX_SIZE) {
                size_pages(a, (size_t)1 << b % 17u, page);
        }
        return 0;
}
