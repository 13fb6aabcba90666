/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: an address that never was a secret's is reported; locket compares
 *          it and never reads through it, before the first allocation too.
 * Attack:  free the stack, the heap, a global, impossible and guard addresses.
 */
#include "crime.h"

static unsigned char foreign_global[64];

/* A secret of an arena that is no more: all trace of it is gone. */
static void *
destroyed(void)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        void *p;

        locket_policy_init(&policy);
        arena = locket_arena_create(&policy);
        p = locket_arena_malloc(arena, 32);
        crime_check(p != NULL, "locket_arena_malloc failed");
        locket_free(p);
        crime_check(locket_arena_destroy(arena) == 0, "locket_arena_destroy");
        return p;
}

static void *
foreign(const char *what, uintptr_t secret)
{
        static unsigned char *heap;

        heap = malloc(64);
        if (crime_is(what, "heap"))
                return heap;
        if (crime_is(what, "destroyed"))
                return destroyed();
        if (crime_is(what, "global"))
                return foreign_global;
        if (crime_is(what, "one"))
                return crime_at(1);
        if (crime_is(what, "last"))
                return crime_at(UINTPTR_MAX);
        if (crime_is(what, "noncanonical"))
                return crime_at((uintptr_t)1 << (sizeof secret * 8 - 2));
        if (crime_is(what, "kernel"))
                return crime_at(UINTPTR_MAX - 0xffff);
        if (crime_is(what, "code"))
                return crime_at((uintptr_t)&foreign);
        if (crime_is(what, "guard"))            /* the page above a secret */
                return crime_at(secret + 4096 + 32);
        if (crime_is(what, "empty"))    /* nothing was ever there */
                return crime_at(secret + ((uintptr_t)1 << 24));
        crime_check(0, "no such address");
        return NULL;
}

int
main(int argc, char **argv)
{
        unsigned char here[64];
        const char *what = crime_word(argc, argv, 1);
        const char *when = crime_word(argc, argv, 2);
        uintptr_t secret = 0;
        void *p;

        crime_start();
        if (!crime_is(when, "first"))
                secret = (uintptr_t)crime_secret(32);
        p = crime_is(what, "stack") ? here : foreign(what, secret);
        crime_expect(p);
        locket_free(p);
        return 0;
}
