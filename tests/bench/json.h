/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * json.h - the parts of bench.json.
 */
#ifndef LOCKET_BENCH_JSON_H
#define LOCKET_BENCH_JSON_H

#include "bench.h"

/* json.c */
void json_series(FILE *out, const char *name, const double *value,
                 size_t count);

/* json_more.c: members of the object of a peer, each after a comma */
void json_protection(FILE *out, const struct bench_result *result,
                     size_t peer);
void json_live(FILE *out, const struct bench_result *result, size_t peer);
void json_tail(FILE *out, const struct bench_result *result, size_t peer);

#endif /* LOCKET_BENCH_JSON_H */
