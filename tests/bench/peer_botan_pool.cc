/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_botan_pool.cc - what a Botan::secure_vector does for its memory.
 *
 * The allocator of secure_vector: from the locked pool while it has room and
 * the object is small enough, else from calloc; scrubbed when it goes.
 */
#include "peer_botan.h"

#include <botan/secmem.h>

#include <cstdint>
#include <new>

void *bench_botan_get(size_t size)
{
        try {
                return Botan::secure_allocator<std::uint8_t>().allocate(size);
        } catch (const std::bad_alloc &) {
                return nullptr;
        }
}

void bench_botan_put(void *ptr, size_t size)
{
        Botan::secure_allocator<std::uint8_t>().deallocate(
                static_cast<std::uint8_t *>(ptr), size);
}
