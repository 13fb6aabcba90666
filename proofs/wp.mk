# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
# proofs: included by the Makefile.  Flags, limits and the judge are in prove.py.

PROVED = size wipe slot canary

.PHONY: prove prove-accept smoke mutants

prove:  ## prove size, wipe, slot and canary with Frama-C (2 min)
	@python3 proofs/prove.py --out $(BUILD)/proofs $(PROVED)

prove-accept:  # the same, and make what is proved now the list to compare with
	@python3 proofs/prove.py --out $(BUILD)/proofs --accept $(PROVED)

smoke:  ## look for contradictory contracts and dead code (6 min)
	@python3 proofs/prove.py --out $(BUILD)/proofs --smoke $(PROVED)

mutants:  ## break the proved code on purpose: each proof must fail (10 min)
	@sh proofs/mutants/run $(BUILD)/proofs/mutants
