/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * report.h - stage 14: structures that grow from version to version.
 */
#ifndef LOCKET_REPORT_H
#define LOCKET_REPORT_H

#include "config.h"

/**
 * locket_report_answer(to, from, known):
 * Copy the first bytes of a structure of ${known} bytes that begins with its
 * size, as many as the caller's has.  0, or -1 with errno EINVAL.
 */
LOCKET_INTERNAL int locket_report_answer(void *to, const void *from, size_t known);

#endif
