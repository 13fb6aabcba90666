/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: in a compact arena, with secrets on both sides, every misuse of one
 *          is reported as that of a secret with pages of its own is.
 * Attack:  size 1, aligned to 2, then 3: overflow or underflow by 4 bytes, a
 *          write after free at offset 4, a double, interior or foreign free,
 *          a wrong size.
 */
#include "crime.h"

enum { AROUND = 200 };

static struct locket_arena *arena;

static crime_byte *
get(size_t alignment, size_t size)
{
        crime_byte *p = locket_arena_aligned_alloc(arena, alignment, size);
        size_t i;

        crime_check(p != NULL, "locket_arena_aligned_alloc failed");
        for (i = 0; i < size; i++)
                crime_check(p[i] == 0, "not zero");
        return p;
}

/* Change ${n} bytes from ${at} on. */
static void
change(uintptr_t at, size_t n)
{
        size_t i;

        for (i = 0; i < n; i++)
                crime_change(crime_at(at + i));
}

/* Use the place of a freed one again, or find that it was written to. */
static void
traffic(size_t alignment, size_t size)
{
        size_t i;

        for (i = 0; i < 20 * AROUND; i++) {
                locket_free((void *)get(alignment, size));
                (void)get(alignment, size);
        }
}

int
main(int argc, char **argv)
{
        size_t i, size = crime_number(argc, argv, 1);
        size_t alignment = crime_number(argc, argv, 2);
        const char *what = crime_word(argc, argv, 3);
        size_t by = argc > 4 ? crime_number(argc, argv, 4) : 0;
        struct locket_policy policy;
        crime_byte *p = NULL;
        uintptr_t at;

        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        arena = locket_arena_create(&policy);
        crime_start();
        crime_check(arena != NULL, "locket_arena_create failed");
        for (i = 0; i < AROUND; i++) {
                crime_byte *q = get(alignment, size);

                if (i == AROUND / 2)
                        p = q;
        }
        at = (uintptr_t)p;
        crime_check(locket_validate() == 0, "not intact");
        crime_expect(crime_at(crime_is(what, "interior") ||
                              crime_is(what, "foreign") ? at + by : at));
        if (crime_is(what, "overflow")) {
                change(at + size, by);
                crime_check(locket_validate() > 0, "not seen by validate");
                locket_free((void *)p);
        } else if (crime_is(what, "grow")) {
                change(at + size, by);
                (void)locket_realloc((void *)p, size + 1);
        } else if (crime_is(what, "underflow")) {
                change(at - by, by);
                crime_check(locket_validate() > 0, "not seen by validate");
                locket_free((void *)p);
        } else if (crime_is(what, "written")) {
                locket_free((void *)p);
                change(at + by, 1);
                crime_check(locket_validate() == 1, "not seen by validate");
                traffic(alignment, size);
        } else if (crime_is(what, "double")) {
                locket_free((void *)p);
                locket_free((void *)p);
        } else if (crime_is(what, "double-later")) {
                locket_free((void *)p);
                for (i = 0; i < 20; i++)
                        locket_free((void *)get(alignment, 500));
                locket_free((void *)p);
        } else if (crime_is(what, "interior") || crime_is(what, "foreign")) {
                if (crime_is(what, "foreign"))
                        locket_free((void *)p);
                locket_free(crime_at(at + by));
        } else if (crime_is(what, "size")) {
                locket_free_sized((void *)p, size + by);
        } else if (crime_is(what, "clean")) {
                traffic(alignment, size);
                locket_free_sized((void *)p, size);
        } else {
                crime_check(0, "no such crime");
        }
        return 0;
}
