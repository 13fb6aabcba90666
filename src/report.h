/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * report.h - what is so: one secret, the process, all arenas.
 *
 * The structures are those of locket.h, filled in whole; how much of one a
 * caller gets is the caller's struct_size.
 */
#ifndef LOCKET_REPORT_H
#define LOCKET_REPORT_H

#include "config.h"
#include "home.h"

/** locket_report_secret(a, s, report): Fill in ${report} for live secret ${s}. */
LOCKET_INTERNAL void locket_report_secret(const struct locket_arena *a,
                                          const struct locket_slot *s,
                                          struct locket_report *report);

/** locket_report_budget(size, budget): 0, or the errno of reading /proc. */
LOCKET_INTERNAL int locket_report_budget(size_t size, struct locket_budget *budget);

/** locket_report_stats(stats): Add up all arenas. */
LOCKET_INTERNAL void locket_report_stats(struct locket_stats *stats);

/** locket_report_damaged(): How many live secrets are damaged. */
LOCKET_INTERNAL size_t locket_report_damaged(void);

#endif
