/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * victim.c - secrets that nobody reads again after the wipe: a compiler that
 * sees this would like to leave the wipe out.  Prints how many of their bytes
 * are left.  With OBJECT_ONE_FILE the library is part of this very file.
 */
#ifdef OBJECT_ONE_FILE
#include "locket.c"
#else
#include "locket.h"
#endif

#include <stdio.h>
#include <stdlib.h>

#include "probe.h"

#define OBJECT_BYTES 4000u

/* A buffer on the stack, wiped just before the return. */
__attribute__((noinline)) void object_stack(void);
void object_stack(void)
{
        unsigned char secret[OBJECT_BYTES];

        probe_fill(secret, sizeof secret);
        locket_wipe(secret, sizeof secret);
}

/* A buffer of malloc(3)'s, wiped just before free(3). */
__attribute__((noinline)) void object_heap(void);
void object_heap(void)
{
        unsigned char *secret = malloc(OBJECT_BYTES);

        if (secret != NULL) {
                probe_fill(secret, OBJECT_BYTES);
                locket_wipe(secret, OBJECT_BYTES);
                free(secret);
        }
}

/* A secret of locket's. */
__attribute__((noinline)) void object_free(void);
void object_free(void)
{
        unsigned char *secret = locket_malloc(OBJECT_BYTES);

        if (secret == NULL) {
                perror("victim: locket_malloc");
                exit(2);
        }
        probe_fill(secret, OBJECT_BYTES);
        locket_free(secret);
}

int main(void)
{
        object_stack();
        printf("stack %zu\n", probe_left());
        object_heap();
        printf("heap %zu\n", probe_left());
        object_free();
        printf("free %zu\n", probe_left());
        printf("released %zu\ncalls %zu\n", probe_released(), probe_calls());
        return 0;
}
