/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_canary.c - the canary against an independent SipHash, and each byte
 * of canary and slack changed, one by one.
 */
#include "unit.h"

#include "canary.h"
#include "size.h"

/* ------------------------------------------- SipHash as its authors wrote it */

static uint64_t left(uint64_t x, unsigned bits)
{
        return (x << bits) | (x >> (64 - bits));
}

static void sip_round(uint64_t v[4])
{
        v[0] += v[1];
        v[1] = left(v[1], 13);
        v[1] ^= v[0];
        v[0] = left(v[0], 32);
        v[2] += v[3];
        v[3] = left(v[3], 16);
        v[3] ^= v[2];
        v[0] += v[3];
        v[3] = left(v[3], 21);
        v[3] ^= v[0];
        v[2] += v[1];
        v[1] = left(v[1], 17);
        v[1] ^= v[2];
        v[2] = left(v[2], 32);
}

static uint64_t sip_word(const unsigned char *in)
{
        uint64_t word = 0;
        int i;

        for (i = 7; i >= 0; i--) {
                word = word << 8 | in[i];
        }
        return word;
}

/* SipHash-${c}-${d} of ${size} bytes; 128 bits of result if ${wide}. */
static void sip(const unsigned char key[16], const unsigned char *in, size_t size, int c, int d,
                int wide, uint64_t out[2])
{
        uint64_t k0 = sip_word(key);
        uint64_t k1 = sip_word(key + 8);
        uint64_t v[4] = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
                          k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u };
        unsigned char last[8] = { 0 };
        size_t i;
        int r;

        if (wide) {
                v[1] ^= 0xee;
        }
        for (i = 0; i <= size / 8; i++) {
                uint64_t word;

                if (i < size / 8) {
                        word = sip_word(in + 8 * i);
                } else {
                        if (size % 8 != 0) {
                                memcpy(last, in + 8 * i, size % 8);
                        }
                        last[7] = (unsigned char)size;
                        word = sip_word(last);
                }
                v[3] ^= word;
                for (r = 0; r < c; r++) {
                        sip_round(v);
                }
                v[0] ^= word;
        }
        v[2] ^= wide ? 0xee : 0xff;
        for (r = 0; r < d; r++) {
                sip_round(v);
        }
        out[0] = v[0] ^ v[1] ^ v[2] ^ v[3];
        out[1] = 0;
        if (wide) {
                v[1] ^= 0xdd;
                for (r = 0; r < d; r++) {
                        sip_round(v);
                }
                out[1] = v[0] ^ v[1] ^ v[2] ^ v[3];
        }
}

/* The published vectors: key 00 .. 0f, message 00 01 02 ... */
CASE(reference_is_siphash)
{
        static const unsigned char empty24[16] = { 0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6,
                                                   0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93 };
        static const unsigned char one24[16] = { 0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44,
                                                 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45 };
        static const unsigned char empty13[16] = { 0xe7, 0x7e, 0xbc, 0xb2, 0x27, 0x88, 0xa5, 0xbe,
                                                   0xfd, 0x62, 0xdb, 0x6a, 0xdd, 0x30, 0x30, 0x01 };
        unsigned char key[16];
        unsigned char in[16];
        uint64_t out[2];
        size_t i;

        for (i = 0; i < 16; i++) {
                key[i] = in[i] = (unsigned char)i;
        }
        sip(key, in, 15, 2, 4, 0, out);
        SAME(out[0], 0xa129ca6149be45e5u); /* appendix A of the paper */
        sip(key, in, 0, 2, 4, 1, out);
        SAME(out[0], sip_word(empty24)); /* vectors.h of the authors */
        SAME(out[1], sip_word(empty24 + 8));
        sip(key, in, 1, 2, 4, 1, out);
        SAME(out[0], sip_word(one24));
        SAME(out[1], sip_word(one24 + 8));
        sip(key, in, 0, 1, 3, 1, out);
        SAME(out[0], sip_word(empty13)); /* the Rust compiler's sip128 */
        SAME(out[1], sip_word(empty13 + 8));
}

static void put_word(unsigned char *out, uint64_t word)
{
        size_t i;

        for (i = 0; i < 8; i++) {
                out[i] = (unsigned char)(word >> (8 * i));
        }
}

CASE(make_is_siphash)
{
        size_t n;

        for (n = 0; n < 200000; n++) {
                uint64_t k0 = unit_random();
                uint64_t k1 = unit_random();
                uint64_t at = unit_random() >> unit_random() % 64;
                uint64_t generation = unit_random() >> unit_random() % 64;
                unsigned char key[16];
                unsigned char in[16];
                struct locket_canary canary;
                uint64_t out[2];

                switch (n) { /* the edges of the addition that cannot overflow */
                case 0: k0 = k1 = at = generation = 0; break;
                case 1: k0 = k1 = at = generation = UINT64_MAX; break;
                case 2: k0 = k1 = 0; at = generation = UINT64_MAX; break;
                default: break;
                }
                put_word(key, k0);
                put_word(key + 8, k1);
                put_word(in, at);
                put_word(in + 8, generation);
                sip(key, in, 16, 1, 3, 1, out);
                if (out[0] >> 56 == 0) {
                        out[0] += (uint64_t)1 << 56; /* the byte below the secret */
                }
                if (out[1] % 256 == 0) {
                        out[1] += 1; /* the byte after it */
                }
                canary = locket_canary_make(k0, k1, at, generation);
                SAME(canary.low, out[0]);
                SAME(canary.high, out[1]);
                NEED(canary.low >> 56 != 0 && canary.high % 256 != 0);
        }
}

CASE(bound_to_everything)
{
        const struct locket_canary c = locket_canary_make(1, 2, 3, 4);
        size_t bit;

        for (bit = 0; bit < 64; bit++) {
                const uint64_t one = (uint64_t)1 << bit;
                const struct locket_canary other[4] = {
                        locket_canary_make(1 ^ one, 2, 3, 4),
                        locket_canary_make(1, 2 ^ one, 3, 4),
                        locket_canary_make(1, 2, 3 ^ one, 4),
                        locket_canary_make(1, 2, 3, 4 ^ one),
                };
                size_t i;

                for (i = 0; i < 4; i++) {
                        NEED(other[i].low != c.low && other[i].high != c.high);
                }
        }
}

/* --------------------------------------------------------- place and check */

#define PAGE 4096u

/* Every byte of a page around a secret of ${size} changed, one at a time. */
static void flip_all(unsigned char *b, size_t size, size_t alignment)
{
        const size_t data = locket_size_data(size, alignment, PAGE);
        const size_t lo = PAGE;
        const size_t hi = lo + data;
        const size_t user = hi - locket_size_round(size, alignment);
        const size_t end = user + size;
        const struct locket_canary canary =
                locket_canary_make(unit_random(), unit_random(), user, size);
        size_t i;

        memset(b, 0, 4 * PAGE);
        memset(b + user, 0xff, size);
        locket_canary_place(b, user, end, hi, canary);
        for (i = user; i < end; i++) {
                NEED(b[i] == 0xff);
        }
        for (i = 0; i < user - 16; i++) {
                NEED(b[i] == 0);
        }
        for (i = hi; i < 4 * PAGE; i++) {
                NEED(b[i] == 0);
        }
        NEED(locket_canary_below(b, lo, user, canary));
        NEED(locket_canary_after(b, end, hi, canary));
        NEED(b[user - 1] != 0 && (end == hi || b[end] != 0));
        for (i = lo; i < hi; i++) {
                const unsigned char was = b[i];

                b[i] = (unsigned char)(was ^ (1u << unit_below(8)));
                if (i < user) {
                        NEED(!locket_canary_below(b, lo, user, canary));
                        NEED(locket_canary_after(b, end, hi, canary));
                } else if (i >= end) {
                        NEED(!locket_canary_after(b, end, hi, canary));
                        NEED(locket_canary_below(b, lo, user, canary));
                } else {
                        NEED(locket_canary_below(b, lo, user, canary));
                        NEED(locket_canary_after(b, end, hi, canary));
                }
                b[i] = was;
        }
        b[lo - 1] = 1; /* a neighbour's byte is none of our business */
        b[hi] = 1;
        NEED(locket_canary_below(b, lo, user, canary));
        NEED(locket_canary_after(b, end, hi, canary));
}

CASE(each_byte_is_found)
{
        static const size_t alignment[] = { 1, 16, PAGE };
        static unsigned char b[4 * PAGE];
        size_t i;
        size_t size;

        for (i = 0; i < 3; i++) {
                for (size = 0; size <= 200; size += unit_count(1, 37)) {
                        flip_all(b, size, alignment[i]);
                }
        }
        flip_all(b, PAGE - 16, 16);
        flip_all(b, PAGE - 15, 1);
        flip_all(b, PAGE, 1);
        flip_all(b, PAGE, PAGE);
}

/* Each value of a byte but the right one is wrong. */
CASE(one_value_is_right)
{
        static unsigned char b[2 * PAGE];
        const size_t user = 2 * PAGE - 48;
        const size_t end = user + 33;
        const struct locket_canary canary = locket_canary_make(5, 6, user, 8);
        size_t i;
        unsigned v;

        locket_canary_place(b, user, end, 2 * PAGE, canary);
        for (i = user - 20; i < 2 * PAGE; i++) {
                const unsigned char was = b[i];

                if (i == user) {
                        i = end - 1;
                        continue;
                }
                for (v = 0; v < 256; v++) {
                        int intact;

                        b[i] = (unsigned char)v;
                        intact = locket_canary_below(b, PAGE, user, canary) &&
                                 locket_canary_after(b, end, 2 * PAGE, canary);
                        SAME(intact, v == was);
                }
                b[i] = was;
        }
}

CASE(zero)
{
        static unsigned char b[8192];
        size_t length;
        size_t at;

        for (length = 0; length < 5000; length += length < 300 ? 1 : 61) {
                const size_t lo = 100 + length % 64;

                b[lo - 1] = 1;
                b[lo + length] = 1;
                SAME(locket_canary_zero(b, lo, lo + length), 1);
                for (at = lo; at < lo + length; at += unit_count(1, 17)) {
                        b[at] = (unsigned char)(1u << at % 8);
                        SAME(locket_canary_zero(b, lo, lo + length), 0);
                        b[at] = 0;
                }
                b[lo - 1] = 0;
                b[lo + length] = 0;
        }
        for (at = 0; at < 2 * LOCKET_BLOCK + 3; at++) { /* two are not none */
                b[at] = b[2 * LOCKET_BLOCK + 3 - at] = 0x80;
                SAME(locket_canary_zero(b, 0, 2 * LOCKET_BLOCK + 4), 0);
                b[at] = b[2 * LOCKET_BLOCK + 3 - at] = 0;
        }
}

/* One word, over and over, from the end down: each byte of it, and no other. */
CASE(fill)
{
        static unsigned char b[300];
        size_t lo;
        size_t hi;
        size_t i;

        for (lo = 8; lo < 40; lo++) {
                for (hi = lo; hi < lo + 60; hi++) {
                        const uint64_t word = locket_canary_stop(unit_random(), hi - lo);

                        memset(b, 0, sizeof b);
                        locket_canary_fill(b, lo, hi, word);
                        NEED(locket_canary_filled(b, lo, hi, word));
                        NEED(hi == lo || (b[lo] != 0 && b[hi - 1] != 0));
                        for (i = 0; i < sizeof b; i++) {
                                const unsigned char right =
                                        i < lo || i >= hi
                                                ? 0
                                                : (unsigned char)(word >> 8 * (7 - (hi - 1 - i) % 8));

                                SAME(b[i], right);
                                b[i] ^= (unsigned char)(1u << unit_below(8));
                                SAME(locket_canary_filled(b, lo, hi, word), i < lo || i >= hi);
                                b[i] = right;
                        }
                }
        }
}

/* Only a zero byte is changed, and only where a string could end. */
CASE(stop)
{
        size_t n;
        size_t k;

        for (n = 0; n < 100000; n++) {
                uint64_t word = unit_random();
                const size_t bytes = unit_below(200);
                uint64_t fixed;

                for (k = 0; k < 8; k++) {
                        if (unit_below(3) == 0) {
                                word &= ~((uint64_t)255 << 8 * k);
                        }
                }
                fixed = locket_canary_stop(word, bytes);
                for (k = 0; k < 8; k++) {
                        const uint64_t was = word >> 8 * k & 255;

                        SAME(fixed >> 8 * k & 255,
                             was == 0 && (k == 7 || k == (8 - bytes % 8) % 8) ? 1 : was);
                }
        }
}

CASE(vacant)
{
        static unsigned char b[600];
        size_t size;
        size_t i;

        for (size = 8; size <= 300; size += 8) {
                const size_t lo = 40 + size % 24;
                const size_t hi = lo + size;

                memset(b, 0xff, sizeof b);
                memset(b + lo, 0, size);
                locket_canary_fill(b, hi - 8, hi, size * 0x0102030405060708u);
                for (i = 0; i < sizeof b; i++) {
                        b[i] ^= (unsigned char)(1u << unit_below(8));
                        SAME(locket_canary_vacant(b, lo, hi, size * 0x0102030405060708u),
                             i < lo || i >= hi);
                        b[i] = i < lo || i >= hi ? 0xff : b[i];
                        if (i >= lo && i < hi) {
                                memset(b + lo, 0, size);
                                locket_canary_fill(b, hi - 8, hi, size * 0x0102030405060708u);
                        }
                }
        }
}

/* SipHash-1-3 of 8 bytes, by the reference of this file. */
CASE(words)
{
        struct locket_canary c;
        struct locket_canary d;
        size_t n;

        for (n = 0; n < 100000; n++) {
                const uint64_t k0 = unit_random();
                const uint64_t k1 = unit_random();
                const uint64_t number = n < 2 ? n - 1 : unit_random() >> unit_random() % 64;
                unsigned char key[16];
                unsigned char in[8];
                uint64_t out[2];

                put_word(key, k0);
                put_word(key + 8, k1);
                put_word(in, number);
                sip(key, in, 8, 1, 3, 1, out);
                c = locket_canary_words(k0, k1, number);
                SAME(c.low, out[0]);
                SAME(c.high, out[1]);
        }
        c = locket_canary_words(1, 2, 3);
        for (n = 0; n < 64; n++) { /* bound to the key and to the number */
                d = locket_canary_words(1 ^ (uint64_t)1 << n, 2, 3);
                NEED(c.low != d.low && c.high != d.high);
                d = locket_canary_words(1, 2 ^ (uint64_t)1 << n, 3);
                NEED(c.low != d.low && c.high != d.high);
                d = locket_canary_words(1, 2, 3 ^ (uint64_t)1 << n);
                NEED(c.low != d.low && c.high != d.high);
        }
        NEED(c.low != c.high);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(reference_is_siphash), cmocka_unit_test(make_is_siphash),
                cmocka_unit_test(bound_to_everything),  cmocka_unit_test(each_byte_is_found),
                cmocka_unit_test(one_value_is_right),   cmocka_unit_test(zero),
                cmocka_unit_test(fill),                 cmocka_unit_test(stop),
                cmocka_unit_test(vacant),               cmocka_unit_test(words),
        };

        return cmocka_run_group_tests_name("canary", tests, NULL, NULL);
}
