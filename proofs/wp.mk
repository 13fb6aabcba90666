# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
# proofs: included by the Makefile.  Options are in proofs/options, limits in
# wp.py, the judge is prove.py.

# The units that are proved; functions of theirs and of the others that are
# not are in proofs/unproved.
PROVED = size wipe slot cell canary slab bin span advice backing policy fork pages place secret child arena run
PROVE  = python3 proofs/prove.py --out $(BUILD)/proofs

.PHONY: model model-more prove prove-accept prove-page prove-selftest controls smoke smoke-quick mutants mutants-quick

prove:  ## prove the core with Frama-C, and judge the proof (11 min)
	@$(PROVE) --all $(PROVED)

prove-accept:  # the same, and make what is proved now the list to compare with
	@$(PROVE) --all --accept $(PROVED)

prove-page: prove  # a table and a picture of what is proved, from the report
	@python3 proofs/figure.py $(BUILD)/proofs

controls:  ## look for contradictions in what the proof believes of the system (1 min)
	@$(PROVE) --controls $(PROVED)

smoke:  ## look for contradictory contracts and dead code (6 min)
	@$(PROVE) --smoke $(PROVED)

smoke-quick:  ## the same for the units that are quick (3 min)
	@$(PROVE) --smoke wipe slot size bin canary

prove-selftest:  ## break the gate's rules one by one: it must go red (2 min)
	@sh proofs/selftest/run $(BUILD)/proofs/selftest

model:  ## try every order of the steps of wipe_all and of calls, with Spin (1 min)
	@sh proofs/spin/run $(BUILD)/spin 1

model-more:  ## the same with two calls one after the other (3 min)
	@sh proofs/spin/run $(BUILD)/spin 2

mutants:  ## break the proved code on purpose: each proof must fail (30 min)
	@sh proofs/mutants/run $(BUILD)/proofs/mutants

mutants-quick:  ## the same for the small units (6 min)
	@sh proofs/mutants/run $(BUILD)/proofs/mutants bin- policy- fork- slot- wipe- \
	  span- canary- size-a size-d size-m size-p size-r
