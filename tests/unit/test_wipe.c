/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_wipe.c - zeros that stay: ranges with untouched ends, and buffers that
 * die right after the wipe, compiled into the same unit as wipe.c so that the
 * compiler sees all of it, as in the single file.
 */
#include "unit.h"

#undef LOCKET_INTERNAL
#define LOCKET_INTERNAL static
#include "../../src/wipe.c"

#include "locket.h"

#define PATTERN 0xa7u
#define DYING 8192u

CASE(ranges)
{
        unsigned char b[300];
        size_t lo;
        size_t hi;

        for (lo = 0; lo <= 300; lo += 1) {
                for (hi = lo; hi <= 300; hi += 1 + hi % 7) {
                        size_t i;

                        memset(b, PATTERN, sizeof b);
                        if (lo % 2 == 0) {
                                locket_wipe_range(b, lo, hi);
                        } else {
                                locket_wipe_bytes(b, lo, hi);
                        }
                        for (i = 0; i < 300; i++) {
                                SAME(b[i], i >= lo && i < hi ? 0 : PATTERN);
                        }
                }
        }
}

CASE(words)
{
        unsigned char b[400];
        size_t lo;
        size_t hi;

        for (lo = 0; lo <= 100; lo++) {
                for (hi = lo; hi <= 400; hi += 8) {
                        size_t i;

                        memset(b, PATTERN, sizeof b);
                        locket_wipe_words(b, lo, hi);
                        for (i = 0; i < sizeof b; i++) {
                                SAME(b[i], i >= lo && i < hi ? 0 : PATTERN);
                        }
                }
        }
}

CASE(large)
{
        const size_t size = (size_t)5 << 20;
        unsigned char *b = malloc(size + 2);

        NEED(b != NULL);
        memset(b, PATTERN, size + 2);
        locket_wipe_bytes(b, 1, size + 1);
        SAME(b[0], PATTERN);
        SAME(b[size + 1], PATTERN);
        SAME(unit_bytes(b, size + 2, 0), size);
        free(b);
}

/* That no vector register holds a copied byte: tests/attack, way "moved". */
CASE(copy)
{
        unsigned char b[600];
        size_t bytes;

        for (bytes = 0; bytes <= 200; bytes++) {
                size_t i;

                for (i = 0; i < sizeof b; i++) {
                        b[i] = (unsigned char)(i * 7u + bytes);
                }
                locket_wipe_copy(b, 350, 100, bytes);
                for (i = 0; i < sizeof b; i++) {
                        const size_t from = i >= 350 && i < 350 + bytes ? i - 250 : i;

                        SAME(b[i], (unsigned char)(from * 7u + bytes));
                }
        }
}

CASE(public_call)
{
        unsigned char b[4] = { 1, 2, 3, 4 };

        locket_wipe(NULL, 0);
        locket_wipe(NULL, 10);
        locket_wipe(b + 1, 0);
        SAME(b[1], 2);
        errno = 4711;
        locket_wipe(b + 1, 2);
        NEED(b[0] == 1 && b[1] == 0 && b[2] == 0 && b[3] == 4);
        SAME(errno, 4711);
}

/* Where the buffer that died was. */
static volatile uintptr_t where;

enum how { NOT, HERE, OUTSIDE };

/* Secrets in a buffer of this function's stack; sum, so that they are used. */
__attribute__((noinline)) static unsigned dying(enum how how)
{
        unsigned char b[DYING];
        unsigned sum = 0;
        size_t i;

        for (i = 0; i < sizeof b; i++) {
                *(volatile unsigned char *)&b[i] = PATTERN;
        }
        for (i = 0; i < sizeof b; i++) {
                sum += b[i];
        }
        where = (uintptr_t)b;
        if (how == HERE) {
                locket_wipe_bytes(b, 0, sizeof b);
        } else if (how == OUTSIDE) {
                locket_wipe(b, sizeof b);
        }
        return sum;
}

static size_t left_after(enum how how)
{
        static unsigned char copy[DYING];

        SAME(dying(how), DYING * PATTERN);
        NEED(unit_peek((const void *)where, copy, DYING));
        return unit_bytes(copy, DYING, PATTERN);
}

CASE(dying_on_the_stack)
{
        NEED(left_after(NOT) > DYING / 4); /* the test can see what is left */
        NEED(left_after(HERE) < 8);
        NEED(left_after(NOT) > DYING / 4);
        NEED(left_after(OUTSIDE) < 8);
}

/* The same in memory that is freed: the allocator reuses the first words. */
__attribute__((noinline)) static void dying_heap(int wiped)
{
        unsigned char *b = malloc(DYING);
        size_t i;

        NEED(b != NULL);
        for (i = 0; i < DYING; i++) {
                *(volatile unsigned char *)&b[i] = PATTERN;
        }
        where = (uintptr_t)b;
        if (wiped) {
                locket_wipe_bytes(b, 0, DYING);
        }
        free(b);
}

CASE(dying_in_the_heap)
{
        static unsigned char copy[DYING];
        void *below = malloc(16);
        int wiped;

        for (wiped = 0; wiped < 2; wiped++) {
                dying_heap(wiped);
                NEED(unit_peek((const void *)where, copy, DYING));
                if (wiped) {
                        SAME(unit_bytes(copy, DYING, PATTERN), 0);
                }
        }
        free(below);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(ranges),
                cmocka_unit_test(words),
                cmocka_unit_test(large),
                cmocka_unit_test(copy),
                cmocka_unit_test(public_call),
                cmocka_unit_test(dying_on_the_stack),
                cmocka_unit_test(dying_in_the_heap),
        };

        return cmocka_run_group_tests_name("wipe", tests, NULL, NULL);
}
