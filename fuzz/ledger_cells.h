/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ledger_cells.h - locket's own tables of cells, for ledger.c alone.
 */
#ifndef FUZZ_LEDGER_CELLS_H
#define FUZZ_LEDGER_CELLS_H

#include "../src/home.h"

/* What the runs of one arena add up to. */
struct ledger_cells {
        size_t runs, run_bytes;         /* live slots that are runs; bytes of these secrets */
        size_t live, live_bytes;        /* cells that are secrets */
        size_t held;                    /* in quarantine, of this process */
        size_t idle;                    /* bytes of runs without a cell in use, the same */
        size_t cells[LOCKET_CELL_CLASSES];      /* of runs of this process */
        size_t bytes[LOCKET_CELL_CLASSES];
        uint32_t listed[LOCKET_CELL_CLASSES];
};

/* What does not hold of the cells of compact arena ${a}, or NULL; ${thorough}: also that
 * those which are free are zero. */
const char *ledger_cells(const struct locket_home *h, const struct locket_arena *a, int thorough,
                         struct ledger_cells *sum);

/* What does not hold of all runs, or NULL. */
const char *ledger_runs(const struct locket_home *h);

#endif
