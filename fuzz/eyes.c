/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * eyes.c - what tests/unit/heap.c asks the kernel, asked of the world.
 */
#include "eyes.h"

#include "../tests/unit/unit.h"
#include "say.h"
#include "world.h"

int eyes_open;

const char *unit_access(const void *address)
{
        static const char *const shown[] = { "---p", "r--p", "rw-p" };
        const int access = world_access(address);

        MUST(access >= LOCKET_NO_ACCESS && access <= LOCKET_READ_WRITE, "an access that is none");
        return shown[access];
}

int unit_flag(const void *address, const char *flag)
{
        (void)flag; /* "lo" */
        return world_locked(address, 1) == 1;
}

int unit_zero(const void *address, size_t size)
{
        unsigned char bytes[512];
        const unsigned char *p = address;
        size_t i;

        for (; eyes_open && size > 0;) {
                const size_t n = size < sizeof bytes ? size : sizeof bytes;

                if (!world_peek(p, bytes, n)) {
                        return 0;
                }
                for (i = 0; i < n; i++) {
                        if (bytes[i] != 0) {
                                return 0;
                        }
                }
                p += n;
                size -= n;
        }
        return 1;
}
