# SPDX-License-Identifier: ISC
# fuzz: sequences of operations and single units against references, by
# libFuzzer or replayed.  Included by the Makefile; README.md says the rest.

FUZZ       = $(BUILD)/fuzz
FUZZ_CC    = clang
FUZZ_FLAGS = $(CSTD) $(WARN) -O1 -g -fno-omit-frame-pointer -Wno-unused-command-line-argument
FUZZ_SAN   = -fsanitize=address,undefined -fno-sanitize-recover=all
# No comparisons are traced: there are no magic values to find, and it would
# take four fifths of the time.  What only looks is built for speed.
FUZZ_COV   = -fsanitize-coverage=inline-8bit-counters,pc-table
FUZZ_FAST  = check eyes ledger sim os_sim
FUZZ_SPEED = -O3 -DSIM_SANITIZED=1
# The flags for object ${1} of fuzz.
fuzz_flags = $(if $(filter $(1),$(FUZZ_FAST)),$(FUZZ_SPEED),$(FUZZ_SAN) $(FUZZ_COV)) -fno-builtin
FUZZ_LINK  = -fsanitize=fuzzer,address,undefined

# src as it ships, but for the three units that fuzz/lib_*.c stands for, and
# the border: os_sim or the real one.
FUZZ_SRC   = $(filter-out os_linux home fatal lock,$(UNITS))
FUZZ_MAIN  = sequence ops ops_get ops_free ops_bad ops_look ops_arena ops_process call check \
             ledger eyes model plan say tally lib_home lib_fatal lib_lock
FUZZ_SIM   = sim os_sim

# What is built from ${1}: fuzz (libFuzzer) or replay (any compiler).
fuzz_objects = $(FUZZ_SRC:%=$(FUZZ)/$(1)/src/%.o) $(FUZZ_MAIN:%=$(FUZZ)/$(1)/%.o) $(FUZZ)/$(1)/heap.o

$(FUZZ)/lib/src/%.o: src/%.c Makefile fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_SAN) $(FUZZ_COV) -MMD -MP -c $< -o $@
$(FUZZ)/lib/heap.o: tests/unit/heap.c fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_SPEED) -MMD -MP -c $< -o $@
$(FUZZ)/lib/%.o: fuzz/%.c Makefile fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) $(call fuzz_flags,$*) -MMD -MP -c $< -o $@

$(FUZZ)/sequence: $(call fuzz_objects,lib) $(FUZZ_SIM:%=$(FUZZ)/lib/%.o) $(FUZZ)/lib/mutate.o
	$(FUZZ_CC) $(FUZZ_LINK) $^ -o $@ $(LDLIBS)

-include $(wildcard $(FUZZ)/*/*.d $(FUZZ)/*/src/*.d)
