/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/* zap.c - named by the self-test's ledger; never built. */
