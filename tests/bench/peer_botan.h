/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peer_botan.h - between the adapter in C and the pool in C++.
 */
#ifndef LOCKET_BENCH_PEER_BOTAN_H
#define LOCKET_BENCH_PEER_BOTAN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void *bench_botan_get(size_t size);
void bench_botan_put(void *ptr, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* LOCKET_BENCH_PEER_BOTAN_H */
