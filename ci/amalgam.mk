# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The locket developers
# The one file that ships, what compilers make of the wipe, and Eva.  Included
# by the Makefile.

.PHONY: amalgam objects eva

ONE      = $(BUILD)/amalgam
ONEFLAGS = -std=c11 -Wall -Wextra -Wpedantic -Werror -O2

# Compile with what there is of gcc and clang, link a program with it, run it;
# and have Frama-C's kernel take the contracts of all units together.
amalgam:  ## make the one file, compare it with src, compile and run it (20 s)
	@sh ci/amalgam $(ONE)
	@sh ci/amalgam --check $(ONE)
	@for cc in gcc clang; do \
	  if ! command -v $$cc >/dev/null; then echo "amalgam: no $$cc here: not tried"; continue; fi; \
	  $$cc $(ONEFLAGS) -c $(ONE)/locket.c -o $(ONE)/$$cc.o && \
	  $$cc $(ONEFLAGS) -I$(ONE) ci/amalgam-use.c $(ONE)/$$cc.o -pthread -o $(ONE)/use-$$cc && \
	  $(ONE)/use-$$cc || { echo "amalgam: FAILED with $$cc" >&2; exit 1; }; \
	  echo "amalgam: $$cc $(ONEFLAGS): compiled, linked and run"; \
	done
	@sh ci/amalgam-parse $(ONE)

objects:  ## look for the wipe in what compilers make of it (2 min)
	@sh ci/objects $(BUILD)/objects

eva:  ## follow a few secrets' lives with Frama-C's Eva: no alarm (3 min)
	@sh proofs/eva/run $(BUILD)/eva
