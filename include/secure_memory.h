/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * secure_memory.h - the older two-call interface, on top of locket.
 *
 * Both calls use locket's default guarded arena; the rules of locket.h hold.
 * There is no cap but the lock limit of the process (RLIMIT_MEMLOCK), and
 * freeing one block never unlocks another.
 */
#ifndef SECURE_MEMORY_H
#define SECURE_MEMORY_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * alloc_secure_memory(size):
 * Get ${size} bytes that are locked into RAM and belong to this process
 * alone: each page is already a private one, never shared copy-on-write with
 * a parent.  All bytes are zero.
 *
 * Returns: the memory, aligned to 16; NULL with the errno of locket_malloc.
 */
void *alloc_secure_memory(unsigned int size);

/**
 * free_secure_memory(ptr, size):
 * Clean and free memory that alloc_secure_memory(${size}) returned.  NULL is
 * ignored.  As locket_free_sized: another size, a second free or a foreign
 * pointer is a violation and does not return.
 */
void free_secure_memory(void *ptr, unsigned int size);

#ifdef __cplusplus
}
#endif

#endif /* SECURE_MEMORY_H */
