/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_secure_memory.c - the older interface: locked, this process's alone,
 * cleaned at the end.
 */
#include "unit.h"

#include "locket.h"
#include "secure_memory.h"

CASE(locked_and_zero)
{
        static const unsigned size[] = { 1, 16, 100, 4096, 100000 };
        size_t i;

        for (i = 0; i < 5; i++) {
                unsigned char *p = alloc_secure_memory(size[i]);

                NEED(p != NULL && (uintptr_t)p % 16 == 0);
                NEED(unit_zero(p, size[i]));
                NEED(unit_flag(p, "lo") && unit_flag(p + size[i] - 1, "lo"));
                memset(p, 0x77, size[i]);
                free_secure_memory(p, size[i]);
                NEED(unit_zero(p, size[i]));
        }
        free_secure_memory(NULL, 0);
        free_secure_memory(NULL, 5);
}

/* Each page is there, private and dirty, before the first touch: the bit
 * "present" and not "file or shared" of /proc/self/pagemap. */
CASE(private_pages)
{
        unsigned char *p = alloc_secure_memory(3 * 4096);
        uint64_t entry[3];
        FILE *f = fopen("/proc/self/pagemap", "r");
        size_t i;

        NEED(p != NULL && f != NULL);
        NEED(fseek(f, (long)((uintptr_t)p / unit_page() * 8), SEEK_SET) == 0);
        SAME(fread(entry, 8, 3, f), 3);
        (void)fclose(f);
        for (i = 0; i < 3; i++) {
                NEED((entry[i] >> 63 & 1) == 1);
                NEED((entry[i] >> 61 & 1) == 0);
                NEED((entry[i] >> 56 & 1) == 1); /* exclusively mapped */
        }
}

static void not_in_a_child(void *p)
{
        NEED(unit_zero(p, 64));
}

CASE(not_shared_with_a_child)
{
        unsigned char *p = alloc_secure_memory(64);

        memset(p, 0x77, 64);
        NEED(unit_ends(not_in_a_child, p));
        SAME(unit_raw_child(not_in_a_child, p), 0);
        SAME(unit_bytes(p, 64, 0x77), 64);
}

CASE(one_does_not_unlock_another)
{
        unsigned char *p[100];
        size_t i;

        for (i = 0; i < 100; i++) {
                p[i] = alloc_secure_memory(40);
        }
        for (i = 0; i < 100; i += 2) {
                free_secure_memory(p[i], 40);
        }
        for (i = 1; i < 100; i += 2) {
                NEED(unit_flag(p[i], "lo"));
        }
}

static void wrong_size(void *p)
{
        free_secure_memory(p, 65);
}

static void twice(void *p)
{
        free_secure_memory(p, 64);
        free_secure_memory(p, 64);
}

static void foreign(void *p)
{
        free_secure_memory(p, 64);
}

CASE(misuse)
{
        unsigned char *p = alloc_secure_memory(64);

        NEED(unit_aborts(wrong_size, p, "locket: wrong size for free of ", p));
        NEED(unit_aborts(twice, p, "locket: double free of ", p));
        NEED(unit_aborts(foreign, &p, "locket: foreign free of ", &p));
        NEED(unit_aborts(foreign, p + 1, "locket: interior free of ", p + 1));
}

CASE(too_large)
{
        errno = 0;
        NEED(alloc_secure_memory(UINT32_MAX) == NULL);
        SAME(errno, ENOMEM);
}

CASE(size_zero)
{
        void *p = alloc_secure_memory(0);
        void *q = alloc_secure_memory(0);

        NEED(p != NULL && q != NULL && p != q);
        free_secure_memory(p, 0);
        free_secure_memory(q, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(locked_and_zero),
                cmocka_unit_test(private_pages),
                cmocka_unit_test(not_shared_with_a_child),
                cmocka_unit_test(one_does_not_unlock_another),
                cmocka_unit_test(misuse),
                cmocka_unit_test(too_large),
                cmocka_unit_test(size_zero),
        };

        return cmocka_run_group_tests_name("secure_memory", tests, NULL, NULL);
}
