# SPDX-License-Identifier: ISC
# fuzz: sequences of operations and single units against references, by
# libFuzzer or replayed.  Included by the Makefile; README.md says the rest.

FUZZ       = $(BUILD)/fuzz
# Compiler, and for what only looks; linker, and what drives the targets: other
# engines set them (fuzz-afl, oss-fuzz/build.sh).
FUZZ_CC    = clang
FUZZ_FAST_CC = $(FUZZ_CC)
FUZZ_LD    = $(FUZZ_CC)
FUZZ_ENGINE =
FUZZ_FLAGS = $(CSTD) $(WARN) -O1 -g -fno-omit-frame-pointer -Wno-unused-command-line-argument
FUZZ_SAN   = -fsanitize=address,undefined -fno-sanitize-recover=all
# No comparisons are traced: there are no magic values to find, and it would
# take four fifths of the time.  What only looks is built for speed.
FUZZ_COV   = -fsanitize-coverage=inline-8bit-counters,pc-table
FUZZ_FAST  = check check_stats eyes ledger ledger_cells sim os_sim
FUZZ_SPEED = -O3 -DSIM_SANITIZED=1
# The compiler and the flags for object ${1} of fuzz.
fuzz_cc    = $(if $(filter $(1),$(FUZZ_FAST)),$(FUZZ_FAST_CC),$(FUZZ_CC))
fuzz_flags = $(if $(filter $(1),$(FUZZ_FAST)),$(FUZZ_SPEED),$(FUZZ_SAN) $(FUZZ_COV)) -fno-builtin
FUZZ_LINK  = -fsanitize=fuzzer,address,undefined

# src as it ships, but for the three units that fuzz/lib_*.c stands for, and
# the border: os_sim or the real one.
FUZZ_SRC   = $(filter-out os_linux os_backing os_seal os_kept home fatal lock,$(UNITS))
FUZZ_MAIN  = sequence ops ops_get ops_realloc ops_free ops_bad ops_damage ops_look ops_wipe \
             ops_arena ops_reserve ops_process call check check_stats ledger ledger_cells eyes \
             model model_cell model_late plan say tally lib_home lib_fatal lib_lock
FUZZ_SIM   = sim os_sim

FUZZ_UNITS = size canary wipe table
FUZZ_TARGETS = sequence $(FUZZ_UNITS:%=unit_%)
FUZZ_WRAP  = $(patsubst %,-Wl$(comma)--wrap=locket_os_%,open read_only close lock lock_again unlock discard \
             zero mark undump wipe_on_fork unmerge reserve release table release_table open_table \
             open_records wipe_table random at_exit at_fork harden locked_now mapping_limit mappings_now)
comma      = ,

fuzz_src   = $(FUZZ_SRC:%=$(FUZZ)/$(1)/src/%.o)
fuzz_main  = $(fuzz_src) $(FUZZ_MAIN:%=$(FUZZ)/$(1)/%.o) $(FUZZ)/$(1)/heap.o
fuzz_sim   = $(fuzz_main) $(FUZZ_SIM:%=$(FUZZ)/$(1)/%.o)
fuzz_real  = $(fuzz_main) $(FUZZ)/$(1)/os_real.o $(FUZZ)/$(1)/src/os_linux.o $(FUZZ)/$(1)/src/os_backing.o

.PHONY: fuzz fuzz-build fuzz-targets fuzz-afl fuzz-smoke fuzz-replay fuzz-planted fuzz-coverage \
        fuzz-tally fuzz-merge fuzz-seeds fuzz-mutants eacsl oss-fuzz

FUZZ_SECONDS = 60
FUZZ_JOBS    = $(shell nproc)
FUZZ_TARGET  = sequence
FUZZ_CORPUS  = fuzz/corpus
FUZZ_NEW     = $(FUZZ)/new

fuzz-targets: $(FUZZ_TARGETS:%=$(FUZZ)/%)

fuzz-build: fuzz-targets $(FUZZ)/sequence-real  ## build the fuzzers (1 min)

# The same targets for AFL++, in persistent mode, and the mutator of whole records.
FUZZ_AFL     = $(BUILD)/afl
fuzz-afl:  ## build the fuzzers for AFL++ (1 min)
	@AFL_QUIET=1 $(MAKE) BUILD=$(FUZZ_AFL) FUZZ_CC=afl-clang-fast FUZZ_FAST_CC=clang FUZZ_COV= \
	  FUZZ_LINK="-fsanitize=fuzzer $(FUZZ_SAN)" fuzz-targets $(FUZZ_AFL)/fuzz/afl_mutate.so

# libFuzzer and AFL++, of each as many as there are cores for, with one corpus.
fuzz: fuzz-targets fuzz-afl  ## look for differences, FUZZ_SECONDS=60 on all cores
	@sh fuzz/campaign $(BUILD) $(FUZZ_TARGET) $(FUZZ_SECONDS) $(FUZZ_JOBS)

fuzz-seeds:  # write the seeds and the dictionary again
	@python3 fuzz/seeds $(FUZZ_CORPUS)/sequence fuzz/sequence.dict

eacsl: $(FUZZ)/plain/locket.a  ## run contracts as code, over the corpus of the units (1 min)
	@sh fuzz/eacsl/run $(BUILD)

fuzz-mutants: fuzz-build  ## what of the mutants the fuzzer finds: fuzz/mutants.md (30 min)
	@sh fuzz/mutants $(BUILD) 40 >$(FUZZ)/mutants.md; status=$$?; cat $(FUZZ)/mutants.md; \
	  [ $$status -ne 0 ] || cp $(FUZZ)/mutants.md fuzz/mutants.md; exit $$status

oss-fuzz:  ## build as OSS-Fuzz does, and run each result for a moment (90 s)
	@sh ci/oss-fuzz $(BUILD)

fuzz-smoke: fuzz-build  ## the fuzzers work, and find planted bugs (90 s)
	@sh fuzz/smoke $(BUILD)

fuzz-planted: fuzz-build  ## plant every bug of fuzz/planted.d and look for it (15 min)
	@sh fuzz/planted $(BUILD)

fuzz-tally: $(FUZZ)/sequence  ## which operations come to which end, over the corpus (10 s)
	@FUZZ_TALLY=$(FUZZ)/tally $(FUZZ)/sequence -runs=0 $(FUZZ_CORPUS)/sequence 2>$(FUZZ)/tally.log
	@cat $(FUZZ)/tally

# By edges alone: less than what a campaign keeps, and as much of src.
fuzz-merge: $(FUZZ)/sequence  ## put what `make fuzz` found into the corpus, smaller (1 min)
	@rm -rf $(FUZZ)/merged && mkdir -p $(FUZZ)/merged
	$(FUZZ)/sequence -merge=1 -use_counters=0 -max_len=388 $(FUZZ)/merged $(FUZZ_CORPUS)/sequence $(FUZZ_NEW)
	rm -f $(FUZZ_CORPUS)/sequence/* && cp $(FUZZ)/merged/* $(FUZZ_CORPUS)/sequence

FUZZ_PLAIN = $(FUZZ_TARGETS:%=$(FUZZ)/plain/%)

fuzz-replay: $(FUZZ_PLAIN) $(FUZZ)/plain/sequence-real  ## run the corpus with any compiler (20 s)
	@set -e; for t in $(FUZZ_TARGETS); do echo "$$t:"; $(FUZZ)/plain/$$t $(FUZZ_CORPUS)/$$t; done; \
	echo "sequence, real kernel:"; $(FUZZ)/plain/sequence-real $(FUZZ_CORPUS)/sequence

fuzz-coverage:  ## what of src the corpus reaches, and what not (1 min)
	@sh fuzz/coverage $(BUILD)

# ------------------------------------------------ lib: clang, ASan, libFuzzer

$(FUZZ)/lib/src/%.o: src/%.c Makefile fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_SAN) $(FUZZ_COV) -MMD -MP -c $< -o $@

$(FUZZ)/lib/heap.o: tests/unit/heap.c fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(FUZZ_FAST_CC) $(FUZZ_FLAGS) $(FUZZ_SPEED) -MMD -MP -c $< -o $@

$(FUZZ)/lib/%.o: fuzz/%.c Makefile fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(call fuzz_cc,$*) $(FUZZ_FLAGS) $(call fuzz_flags,$*) -MMD -MP -c $< -o $@

$(FUZZ)/sequence: $(call fuzz_sim,lib) $(FUZZ)/lib/mutate.o
	$(FUZZ_LD) $(FUZZ_LINK) $^ $(FUZZ_ENGINE) -o $@ $(LDLIBS)

$(FUZZ)/sequence-real: $(call fuzz_real,lib) $(FUZZ)/lib/mutate.o
	$(FUZZ_LD) $(FUZZ_LINK) $(FUZZ_WRAP) $^ $(FUZZ_ENGINE) -o $@ $(LDLIBS)

$(FUZZ)/afl_mutate.so: fuzz/afl_mutate.c fuzz/mutate.c
	@mkdir -p $(@D)
	$(FUZZ_FAST_CC) $(FUZZ_FLAGS) -O2 -shared -fPIC $^ -o $@

# A unit needs what it calls; the linker leaves out the rest.
fuzz_archive = $(fuzz_src) $(foreach o,lib_home lib_fatal lib_lock src/os_linux src/os_backing src/os_seal src/os_kept,$(FUZZ)/$(1)/$(o).o)
$(FUZZ)/lib/locket.a: $(call fuzz_archive,lib)
$(FUZZ)/plain/locket.a: $(call fuzz_archive,plain)
$(FUZZ)/lib/locket.a $(FUZZ)/plain/locket.a:
	@rm -f $@
	$(AR) rcs $@ $^

$(FUZZ)/unit_%: $(FUZZ)/lib/unit_%.o $(FUZZ)/lib/say.o $(FUZZ)/lib/locket.a
	$(FUZZ_LD) $(FUZZ_LINK) $^ $(FUZZ_ENGINE) -o $@ $(LDLIBS)

# --------------------------------- plain: any compiler, nothing but a replay

$(FUZZ)/plain/src/%.o: src/%.c Makefile fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -MMD -MP -c $< -o $@

$(FUZZ)/plain/heap.o: tests/unit/heap.c fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -MMD -MP -c $< -o $@

$(FUZZ)/plain/%.o: fuzz/%.c Makefile fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -MMD -MP -c $< -o $@

$(FUZZ)/plain/sequence: $(call fuzz_sim,plain) $(FUZZ)/plain/replay.o
	$(CC) $(ALLFLAGS) $^ -o $@ $(LDLIBS)

$(FUZZ)/plain/sequence-real: $(call fuzz_real,plain) $(FUZZ)/plain/replay.o
	$(CC) $(ALLFLAGS) $(FUZZ_WRAP) $^ -o $@ $(LDLIBS)

$(FUZZ)/plain/unit_%: $(FUZZ)/plain/unit_%.o $(FUZZ)/plain/say.o $(FUZZ)/plain/replay.o \
                      $(FUZZ)/plain/locket.a
	$(CC) $(ALLFLAGS) $^ -o $@ $(LDLIBS)

.PRECIOUS: $(FUZZ)/lib/%.o $(FUZZ)/plain/%.o
-include $(wildcard $(FUZZ)/*/*.d $(FUZZ)/*/src/*.d)
