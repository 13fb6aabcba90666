/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * unit_canary.c - target: canaries and slack.  What is placed is compared byte
 * by byte with a plain reading of src/canary.h; then one byte is changed, and
 * must be found wherever it is slack and nowhere else.
 */
#include <string.h>

#include "../src/canary.h"
#include "say.h"
#include "target.h"

#define ROOM ((size_t)8192)

static unsigned char page[ROOM];

/* The byte at distance ${i} after the secret, and below it. */
static unsigned char after(struct locket_canary c, size_t i)
{
        return i >= 16  ? 0
               : i >= 8 ? (unsigned char)(c.low >> 8 * (i - 8))
                        : (unsigned char)(c.high >> 8 * i);
}

static unsigned char below(struct locket_canary c, size_t i) /* 1: next to it */
{
        return i > 16  ? 0
               : i > 8 ? (unsigned char)(c.high >> 8 * (16 - i))
                       : (unsigned char)(c.low >> 8 * (8 - i));
}

static void canary_placed(size_t lo, size_t user, size_t end, size_t hi, struct locket_canary c)
{
        size_t i;

        for (i = end; i < hi; i++) {
                MUST_BE(page[i], after(c, i - end), "a byte after the secret");
        }
        for (i = lo; i < user; i++) {
                MUST_BE(page[i], below(c, user - i), "a byte below the secret");
        }
        for (i = user; i < end; i++) {
                MUST_BE(page[i], 0x5a, "a byte of the secret is changed");
        }
        MUST(locket_canary_after(page, end, hi, c) && locket_canary_below(page, lo, user, c),
             "an intact canary is taken for damaged");
}

/* Byte ${at} is changed: found exactly where it belongs to nobody. */
static void canary_changed(size_t at, unsigned char with, size_t lo, size_t user, size_t end,
                           size_t hi, struct locket_canary c)
{
        page[at] ^= with;
        MUST_BE(locket_canary_after(page, end, hi, c), at < end || at >= hi, "after");
        MUST_BE(locket_canary_below(page, lo, user, c), at < lo || at >= user, "below");
        page[at] ^= with;
}

/* locket_canary_zero, for a range with at most one byte that is not. */
static void canary_zero(size_t lo, size_t hi, size_t at)
{
        memset(page, 0, sizeof page);
        MUST_BE(locket_canary_zero(page, lo, hi), 1, "zeros");
        page[at] = 1;
        MUST_BE(locket_canary_zero(page, lo, hi), at < lo || at >= hi, "one byte that is not zero");
        page[at] = 0;
}

/* The canary depends on each of its four words. */
static void canary_made(uint64_t low, uint64_t high, uint64_t at, uint64_t n)
{
        const struct locket_canary c = locket_canary_make(low, high, at, n);
        unsigned k;

        MUST(c.low >> 56 != 0 && c.high % 256u != 0, "a canary begins with a zero byte");
        for (k = 0; k < 4; k++) {
                const struct locket_canary d = locket_canary_make(low ^ (k == 0), high ^ (k == 1),
                                                                  at ^ (k == 2), n ^ (k == 3));

                MUST(d.low != c.low && d.high != c.high, "a canary is another's");
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct locket_canary c;
        uint64_t w[4];
        uint16_t n[6];
        unsigned char with;
        size_t hi;
        size_t end;
        size_t user;
        size_t lo;

        if (size < sizeof w + sizeof n) {
                return 0;
        }
        memcpy(w, data, sizeof w);
        memcpy(n, data + sizeof w, sizeof n);
        canary_made(w[0], w[1], w[2], w[3]);
        c = locket_canary_make(w[0], w[1], w[2], w[3]);
        hi = 64 + n[0] % (ROOM - 64);
        end = hi - n[1] % (n[5] & 1 ? 40u : hi - 32);
        user = end - n[2] % (end - 16 + 1);
        lo = (user - 16) - n[3] % (user - 16 + 1);
        memset(page, 0, sizeof page);
        memset(page + user, 0x5a, end - user);
        memset(page + end, 0xa5, hi - end);
        locket_canary_place(page, user, end, hi, c);
        canary_placed(lo, user, end, hi, c);
        with = (unsigned char)(n[5] % 255u + 1u);
        canary_changed(n[4] % ROOM, with, lo, user, end, hi, c);
        canary_changed(lo + n[4] % (hi - lo), with, lo, user, end, hi, c);
        canary_zero(lo, hi, n[4] % ROOM);
        canary_zero(lo, hi, lo + n[4] % (hi - lo));
        return 0;
}
