/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * table.h - the parts of the Markdown output.
 */
#ifndef LOCKET_BENCH_TABLE_H
#define LOCKET_BENCH_TABLE_H

#include "bench.h"

/* table.c: for all parts */
void table_time(FILE *out, double ns);
void table_ratio(FILE *out, double ratio);
int table_start(FILE *out, size_t peer);
void table_title(FILE *out, const char *title, const char *const *columns,
                 size_t count);
double table_per_pair(uint64_t events, const struct bench_count *count);

void table_shields(FILE *out, const struct bench_result *result);
void table_misuse(FILE *out, const struct bench_result *result);
void table_pairs(FILE *out, const struct bench_result *result);
void table_detail(FILE *out, const struct bench_result *result, size_t work);
void table_churn(FILE *out, const struct bench_result *result);
void table_live(FILE *out, const struct bench_result *result);
void table_tail(FILE *out, const struct bench_result *result);
void table_threads(FILE *out, const struct bench_result *result);
void table_toggle(FILE *out, const struct bench_result *result);
void table_goals(FILE *out, const struct bench_result *result);

#endif /* LOCKET_BENCH_TABLE_H */
