/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * peers.c - the list of the allocators that are measured.
 *
 * The first one is the reference of all ratios.
 */
#include "peer.h"

const struct bench_peer *const bench_peers[] = {
        &bench_sodium,
        &bench_locket_closed,
        &bench_locket_checked,
        &bench_locket_reserved,
        &bench_locket_compact,
        &bench_locket_dense,
        &bench_openssl,
        &bench_gcrypt,
        &bench_botan,
        &bench_egg,
        &bench_floor,
        &bench_mmap,
        &bench_mlock,
        &bench_libc,
};

const size_t bench_peer_count = sizeof bench_peers / sizeof bench_peers[0];
