/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * unit_wipe.c - target: wipe, copy and equal against memset, memcpy and memcmp,
 * and the bytes around them.
 */
#include <string.h>

#include "../src/wipe.h"
#include "say.h"
#include "target.h"

#define ROOM ((size_t)512)

static void wipe_bytes(const uint8_t *from, size_t lo, size_t hi, int range)
{
        unsigned char is[ROOM];
        unsigned char shall[ROOM];

        memcpy(is, from, ROOM);
        memcpy(shall, from, ROOM);
        memset(shall + lo, 0, hi - lo);
        if (range == 0) {
                locket_wipe_bytes(is, lo, hi);
        } else if (range == 1) {
                locket_wipe_range(is, lo, hi);
        } else {
                locket_wipe(is + lo, hi - lo);
        }
        MUST(memcmp(is, shall, ROOM) == 0, "wipe");
}

static void wipe_copy(const uint8_t *from, size_t to, size_t at, size_t n)
{
        unsigned char is[ROOM];
        unsigned char shall[ROOM];

        memcpy(is, from, ROOM);
        memcpy(shall, from, ROOM);
        memcpy(shall + to, from + at, n);
        locket_wipe_copy(is, to, at, n);
        MUST(memcmp(is, shall, ROOM) == 0, "copy");
}

static void wipe_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
        MUST_BE(locket_equal(a, b, n), memcmp(a, b, n) == 0, "equal");
        MUST_BE(locket_equal(a, a, n), 1, "equal to itself");
        MUST_BE(locket_equal(NULL, b, n), n == 0, "equal to nothing");
        MUST_BE(locket_equal(NULL, NULL, n), 1, "nothing is equal to nothing");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        unsigned char bytes[2 * ROOM];
        size_t lo;
        size_t hi;
        size_t i;

        if (size < 8) {
                return 0;
        }
        for (i = 0; i < sizeof bytes; i++) {
                bytes[i] = (unsigned char)(data[i % size] | 1);
        }
        lo = (size_t)(data[0] * 256u + data[1]) % ROOM;
        hi = lo + (size_t)(data[2] * 256u + data[3]) % (ROOM - lo + 1);
        wipe_bytes(bytes, lo, hi, data[4] % 3);
        wipe_copy(bytes, 0, ROOM / 2, (hi - lo) / 2);
        wipe_copy(bytes, lo / 2 + ROOM / 2, 0, (hi - lo) / 2);
        wipe_equal(bytes, bytes + size % ROOM, hi - lo);
        memcpy(bytes + ROOM, bytes, ROOM);
        bytes[ROOM + lo] = (unsigned char)(bytes[ROOM + lo] ^ data[5]); /* one byte, or none */
        wipe_equal(bytes, bytes + ROOM, hi);
        wipe_equal(bytes, bytes + ROOM, lo);
        return 0;
}
