/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * secure_memory.c - the older two-call interface, on top of locket.
 *
 * Knows:    locket.h.
 * Promises: what secure_memory.h says.  That each page is private already
 *           follows from mlock(2), which fills writable pages in by writing.
 * Tests:    tests/unit/test_secure_memory.c, tests/crime
 */
#include "../include/secure_memory.h"

#include "../include/locket.h"

void *alloc_secure_memory(unsigned int size)
{
        return locket_malloc(size);
}

void free_secure_memory(void *ptr, unsigned int size)
{
        locket_free_sized(ptr, size);
}
