/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * chain.h - what each of two steps keeps of the live secrets, both keep; no
 * code.  Proved in each unit that uses it.
 */
#ifndef LOCKET_CHAIN_H
#define LOCKET_CHAIN_H

#include "tables.h"

/*@ // Of their records,
    lemma records_chain{L1,L2,L3}:
      \forall struct locket_tables *t, integer but;
        live_records{L1,L2}(t, but) ==> live_records{L2,L3}(t, but) ==>
        \at(t->slot,L1) == \at(t->slot,L2) ==>
        \at(t->slot_count,L1) == \at(t->slot_count,L2) ==>
          live_records{L1,L3}(t, but);

    // and of their bytes.
    lemma bytes_chain{L1,L2,L3}:
      \forall struct locket_tables *t, integer but;
        live_records{L1,L2}(t, but) ==>
        live_bytes{L1,L2}(t, but) ==> live_bytes{L2,L3}(t, but) ==>
        \at(t->slot,L1) == \at(t->slot,L2) ==>
        \at(t->slot_count,L1) == \at(t->slot_count,L2) ==>
        \at(t->range.base,L1) == \at(t->range.base,L2) ==>
        \at(t->range.size,L1) == \at(t->range.size,L2) ==>
          live_bytes{L1,L3}(t, but);
*/

#endif
