/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: the handler is told the kind and the address, and when it returns
 *          the process aborts all the same.
 * Attack:  one violation of each kind (1), with a handler that compares.
 */
#include "crime.h"

static enum locket_violation told_kind;
static const void *told_address;

static void
told(enum locket_violation kind, const void *address)
{
        crime_say(kind == told_kind ? "kind" : "wrong kind");
        crime_say(address == told_address ? "address" : "wrong address");
}

static void
expect(enum locket_violation kind, const void *address)
{
        told_kind = kind;
        told_address = address;
        crime_expect(address);
}

static void
write_after_free(void)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        crime_byte *p;
        size_t i;

        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        policy.quarantine = 0;
        arena = locket_arena_create(&policy);
        p = locket_arena_malloc(arena, 64);
        crime_check(p != NULL, "locket_arena_malloc failed");
        locket_free((void *)p);
        expect(LOCKET_WRITE_AFTER_FREE, (void *)p);
        crime_change(p);
        for (i = 0; i < 500; i++)
                (void)locket_arena_malloc(arena, 64);
}

int
main(int argc, char **argv)
{
        const char *what = crime_word(argc, argv, 1);
        crime_byte *p = crime_secret(30);

        crime_start();
        crime_check(locket_on_violation(told) == NULL, "a handler was there");
        if (crime_is(what, "double")) {
                locket_free((void *)p);
                expect(LOCKET_DOUBLE_FREE, (void *)p);
        } else if (crime_is(what, "foreign")) {
                expect(LOCKET_FOREIGN_FREE, &told_kind);
                locket_free(&told_kind);
        } else if (crime_is(what, "interior")) {
                expect(LOCKET_INTERIOR_FREE, (void *)(p + 1));
                locket_free((void *)(p + 1));
        } else if (crime_is(what, "size")) {
                expect(LOCKET_WRONG_SIZE, (void *)p);
                locket_free_sized((void *)p, 31);
        } else if (crime_is(what, "overflow")) {
                expect(LOCKET_OVERFLOW, (void *)p);
                crime_change(p + 30);
        } else if (crime_is(what, "underflow")) {
                expect(LOCKET_UNDERFLOW, (void *)p);
                crime_change(crime_at((uintptr_t)p - 1));
        } else {
                write_after_free();
        }
        locket_free((void *)p);
        return 0;
}
