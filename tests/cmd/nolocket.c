/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * nolocket.c - what the command needs of the library, without any protection.
 *
 * Knows:    malloc.
 * Promises: nothing.  tests/cmd/run links the command with it, to see that its
 *           tables can show a loss.
 */
#include <locket.h>

#include <stdlib.h>
#include <string.h>

void *locket_malloc(size_t size)
{
        return calloc(1, size);
}

void *locket_calloc(size_t count, size_t size)
{
        return calloc(count, size);
}

void *locket_aligned_alloc(size_t alignment, size_t size)
{
        (void)alignment;
        return calloc(1, size);
}

void *locket_realloc(void *ptr, size_t size)
{
        return realloc(ptr, size);
}

void locket_free(void *ptr)
{
        free(ptr);
}

const char *locket_version(void)
{
        return LOCKET_VERSION;
}
