/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a changed byte between a secret's end and its alignment is found,
 *          at free and at realloc (moving or not), in any access mode.
 * Attack:  aligned_alloc(1, 2), change byte 3; then end it by way 4.
 */
#include "crime.h"

static void
end(const char *way, void *p, size_t size)
{
        void *q;

        if (crime_is(way, "free")) {
                locket_free(p);
        } else if (crime_is(way, "sized")) {
                locket_free_sized(p, size);
        } else if (crime_is(way, "none")) {
                crime_check(locket_protect(p, LOCKET_NO_ACCESS) == 0, way);
                locket_free(p);
        } else if (crime_is(way, "read")) {
                crime_check(locket_protect(p, LOCKET_READ_ONLY) == 0, way);
                locket_free(p);
        } else if (crime_is(way, "move")) {
                (void)locket_realloc(p, size + 100000);
        } else if (crime_is(way, "closed-move")) {
                crime_check(locket_protect(p, LOCKET_NO_ACCESS) == 0, way);
                (void)locket_realloc(p, size + 100000);
        } else if (crime_is(way, "zero")) {
                (void)locket_realloc(p, 0);
        } else if (crime_is(way, "stay")) {     /* found at once or at free */
                q = locket_realloc(p, size - 1);
                crime_check(q == p, "realloc moved");
                locket_free(q);
        } else if (crime_is(way, "grow")) {     /* over the changed byte */
                q = locket_realloc(p, size + 2);
                crime_check(q == p, "realloc moved");
                locket_free(q);
        } else {
                crime_check(0, "no such way");
        }
}

int
main(int argc, char **argv)
{
        size_t size = crime_number(argc, argv, 2);
        crime_byte *p = locket_aligned_alloc(crime_number(argc, argv, 1), size);

        crime_start();
        crime_check(p != NULL, "locket_aligned_alloc failed");
        crime_expect((void *)p);
        crime_change(p + crime_number(argc, argv, 3));
        end(crime_word(argc, argv, 4), (void *)p, size);
        return 0;
}
