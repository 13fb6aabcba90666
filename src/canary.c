/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * canary.c - stage 5: values that only locket knows, around each secret.
 *
 * Knows:    bytes of slack.  Never touches a secret's.
 * Promises: what is placed is found intact; any changed byte is found.
 * Proved:   all functions (that SipHash cannot be predicted is its authors'
 *           claim).   Tests: tests/unit/test_canary.c
 */
#include "canary.h"

struct locket_sip {
        uint64_t v0, v1, v2, v3;
};

/* a + b modulo 2^64, in a form that never overflows; compilers see the plain
 * addition. */
LOCKET_INLINE uint64_t locket_sip_add(uint64_t a, uint64_t b)
{
        if (b > UINT64_MAX - a) {
                return b - (UINT64_MAX - a) - 1u;
        }
        return a + b;
}

/* ${x} rotated left by 64 - n bits, ${split} being 2^n: a rotation that is a
 * division, so that nothing is shifted out. */
LOCKET_INLINE uint64_t locket_sip_turn(uint64_t x, uint64_t split, uint64_t rest)
{
        return x / split + (x % split) * rest;
}

#define LOCKET_TURN(x, bits) \
        locket_sip_turn((x), (uint64_t)1 << (64 - (bits)), (uint64_t)1 << (bits))

LOCKET_INLINE struct locket_sip locket_sip_round(struct locket_sip s)
{
        s.v0 = locket_sip_add(s.v0, s.v1);
        s.v1 = LOCKET_TURN(s.v1, 13) ^ s.v0;
        s.v0 = LOCKET_TURN(s.v0, 32);
        s.v2 = locket_sip_add(s.v2, s.v3);
        s.v3 = LOCKET_TURN(s.v3, 16) ^ s.v2;
        s.v0 = locket_sip_add(s.v0, s.v3);
        s.v3 = LOCKET_TURN(s.v3, 21) ^ s.v0;
        s.v2 = locket_sip_add(s.v2, s.v1);
        s.v1 = LOCKET_TURN(s.v1, 17) ^ s.v2;
        s.v2 = LOCKET_TURN(s.v2, 32);
        return s;
}

LOCKET_INLINE struct locket_sip locket_sip_word(struct locket_sip s, uint64_t word)
{
        s.v3 = s.v3 ^ word;
        s = locket_sip_round(s);
        s.v0 = s.v0 ^ word;
        return s;
}

struct locket_canary locket_canary_make(uint64_t key_low, uint64_t key_high, uint64_t at,
                                        uint64_t generation)
{
        const uint64_t length = (uint64_t)16 << 56;
        struct locket_canary canary;
        struct locket_sip s;

        s.v0 = key_low ^ 0x736f6d6570736575u;
        s.v1 = key_high ^ 0x646f72616e646f83u; /* ...6d, and 0xee for 128 bits */
        s.v2 = key_low ^ 0x6c7967656e657261u;
        s.v3 = key_high ^ 0x7465646279746573u;
        s = locket_sip_word(s, at);
        s = locket_sip_word(s, generation);
        s = locket_sip_word(s, length);
        s.v2 = s.v2 ^ 0xeeu;
        s = locket_sip_round(locket_sip_round(locket_sip_round(s)));
        canary.low = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
        s.v1 = s.v1 ^ 0xddu;
        s = locket_sip_round(locket_sip_round(locket_sip_round(s)));
        canary.high = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
        if (canary.low < (uint64_t)1 << 56) {
                canary.low += (uint64_t)1 << 56; /* the byte below the secret */
        }
        if (canary.high % 256u == 0) {
                canary.high += 1u; /* the byte after it */
        }
        return canary;
}

/* The word at b[at .. at + 7], least byte first. */
LOCKET_INLINE uint64_t locket_canary_read(const unsigned char *b, size_t at)
{
        return (uint64_t)b[at] + ((uint64_t)b[at + 1] << 8) + ((uint64_t)b[at + 2] << 16) +
               ((uint64_t)b[at + 3] << 24) + ((uint64_t)b[at + 4] << 32) +
               ((uint64_t)b[at + 5] << 40) + ((uint64_t)b[at + 6] << 48) +
               ((uint64_t)b[at + 7] << 56);
}

LOCKET_INLINE void locket_canary_write(unsigned char *b, size_t at, uint64_t word)
{
        const uint64_t w1 = word / 256u, w2 = w1 / 256u, w3 = w2 / 256u, w4 = w3 / 256u;
        const uint64_t w5 = w4 / 256u, w6 = w5 / 256u, w7 = w6 / 256u;

        b[at] = (unsigned char)(word % 256u);
        b[at + 1] = (unsigned char)(w1 % 256u);
        b[at + 2] = (unsigned char)(w2 % 256u);
        b[at + 3] = (unsigned char)(w3 % 256u);
        b[at + 4] = (unsigned char)(w4 % 256u);
        b[at + 5] = (unsigned char)(w5 % 256u);
        b[at + 6] = (unsigned char)(w6 % 256u);
        b[at + 7] = (unsigned char)(w7 % 256u);
}

/* Byte ${i} of the canary as it stands after a secret; zero past its 16. */
static unsigned char locket_canary_byte(struct locket_canary canary, size_t i)
{
        if (i < 8) {
                return (unsigned char)((canary.high >> (8 * i)) % 256u);
        }
        if (i < 16) {
                return (unsigned char)((canary.low >> (8 * (i - 8))) % 256u);
        }
        return 0;
}

void locket_canary_place(unsigned char *b, size_t user, size_t end, size_t hi,
                         struct locket_canary canary)
{
        size_t i;

        locket_canary_write(b, user - 8, canary.low);
        locket_canary_write(b, user - 16, canary.high);
        for (i = end; i < hi; i++) {
                b[i] = locket_canary_byte(canary, i - end);
        }
}

int locket_canary_below(const unsigned char *b, size_t lo, size_t user,
                        struct locket_canary canary)
{
        int low = locket_canary_read(b, user - 8) == canary.low;
        int high = locket_canary_read(b, user - 16) == canary.high;
        int slack = locket_canary_zero(b, lo, user - 16);

        return low + high + slack == 3;
}

int locket_canary_after(const unsigned char *b, size_t end, size_t hi,
                        struct locket_canary canary)
{
        size_t bad = 0;
        size_t i;

        for (i = end; i < hi; i++) {
                bad += b[i] != locket_canary_byte(canary, i - end);
        }
        return bad == 0;
}

/* The greatest of the ${n} bytes from b[i] on: 0 if they are all zero.  ${n} is
 * a constant wherever this is inlined, so that gcc vectorises the loop at -O2,
 * and a maximum is one vector instruction. */
LOCKET_INLINE unsigned char locket_canary_most(const unsigned char *b, size_t i, size_t n)
{
        unsigned char most = 0;
        size_t j;

        for (j = 0; j < n; j++) {
                most = b[i + j] > most ? b[i + j] : most;
        }
        return most;
}

/* How many blocks of ${n} bytes that cover lo .. hi, n or more, have a byte
 * that is not zero.  The last block ends at hi, and may look at some bytes
 * twice. */
LOCKET_INLINE size_t locket_canary_blocks(const unsigned char *b, size_t lo, size_t hi, size_t n)
{
        size_t bad = 0;
        size_t i = lo;

        while (hi - i > n) {
                bad += locket_canary_most(b, i, n) != 0;
                i += n;
        }
        bad += locket_canary_most(b, hi - n, n) != 0;
        return bad;
}

int locket_canary_zero(const unsigned char *b, size_t lo, size_t hi)
{
        size_t bad = 0;
        size_t i;

        if (hi - lo >= LOCKET_BLOCK) {
                return locket_canary_blocks(b, lo, hi, LOCKET_BLOCK) == 0;
        }
        if (hi - lo >= LOCKET_SMALL_BLOCK) {
                return locket_canary_blocks(b, lo, hi, LOCKET_SMALL_BLOCK) == 0;
        }
        for (i = lo; i < hi; i++) {
                bad += b[i] != 0;
        }
        return bad == 0;
}
