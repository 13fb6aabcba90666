# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
# The one file that ships, what compilers make of the wipe, and Eva.  Included
# by the Makefile.

.PHONY: amalgam objects eva

AMALGAM      = $(BUILD)/amalgam
AMALGAMFLAGS = -std=c11 -Wall -Wextra -Wpedantic -Werror -O2

# Compile with what there is of gcc and clang, link a program with it, run it;
# and have Frama-C's kernel take the contracts of all units together.
amalgam:  ## make the one file, compare it with src, compile and run it (20 s)
	@sh ci/amalgam $(AMALGAM)
	@sh ci/amalgam --check $(AMALGAM)
	@for cc in gcc clang; do \
	  if ! command -v $$cc >/dev/null; then echo "amalgam: no $$cc here: not tried"; continue; fi; \
	  $$cc $(AMALGAMFLAGS) -c $(AMALGAM)/locket.c -o $(AMALGAM)/$$cc.o && \
	  $$cc $(AMALGAMFLAGS) -I$(AMALGAM) ci/amalgam-use.c $(AMALGAM)/$$cc.o -pthread -o $(AMALGAM)/use-$$cc && \
	  $(AMALGAM)/use-$$cc || { echo "amalgam: FAILED with $$cc" >&2; exit 1; }; \
	  echo "amalgam: $$cc $(AMALGAMFLAGS): compiled, linked and run"; \
	done
	@sh ci/amalgam-parse $(AMALGAM)

objects:  ## look for the wipe in what compilers make of it (2 min)
	@sh ci/objects $(BUILD)/objects

eva:  ## follow a few secrets' lives with Frama-C's Eva: no alarm (6 min)
	@sh proofs/eva/run $(BUILD)/eva
