/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * chain.h - what each of two steps keeps of the records of live secrets, both
 * keep; no code.  Proved in each unit that uses it.
 */
#ifndef LOCKET_CHAIN_H
#define LOCKET_CHAIN_H

#include "tables.h"

/*@ lemma records_chain{L1,L2,L3}:
      \forall struct locket_tables *t, integer but;
        live_records{L1,L2}(t, but) ==> live_records{L2,L3}(t, but) ==>
        \at(t->slot,L1) == \at(t->slot,L2) ==>
        \at(t->slot_count,L1) == \at(t->slot_count,L2) ==>
          live_records{L1,L3}(t, but);
*/

#endif
