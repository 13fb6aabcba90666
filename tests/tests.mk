# SPDX-License-Identifier: ISC
# tests: unit and fault tests, and `make check`, which runs everything.
# Included by the Makefile; crime.mk adds crime, kernel and attack.

-include tests/crime/crime.mk
-include $(wildcard tests/kernel/kernel.mk tests/attack/attack.mk tests/signal/signal.mk tests/fork/fork.mk tests/load/load.mk tests/budget/budget.mk tests/sandbox/sandbox.mk \
           tests/backing/backing.mk tests/seal/seal.mk)

.PHONY: cmd kernel attack valgrind-unit

TESTDIR  = $(BUILD)/tests
# One program per unit of src, named after it; os_linux is tested as os, word is
# a line each, tested in every other; turn has tests/signal, room tests/budget, backing
# tests/backing, os_seal and os_kept tests/seal;
# urgent is the lock's, with real-time threads.
UNITTEST = $(patsubst os_%,os,$(filter-out word turn room os_seal os_kept os_backing backing,$(UNITS))) urgent
UNITBIN  = $(UNITTEST:%=$(TESTDIR)/unit/test_%)
FAULTBIN = $(TESTDIR)/fault/test_fault
CMOCKA   = $(or $(shell pkg-config --libs cmocka 2>/dev/null),-lcmocka)

# The functions of os.h that can fail, and what the fault test watches.
FAULTS   = page table open_table open_records wipe_table reserve release open \
           read_only close lock unlock discard undump wipe_on_fork unmerge mark \
           random at_exit at_fork omit_on_fork reserve_again lock_again
WRAP     = $(FAULTS:%=-Wl,--wrap=locket_os_%)

# Run each program of a list, under $(1) if given; say one line for each that
# passes and all that one says that fails.
define run-all
@status=0; for t in $(2); do \
  if $(1) $$t >$$t.log 2>&1; then \
    echo "$$(basename $$t): $$(grep -c '^\[       OK' $$t.log) passed"; \
  else cat $$t.log; echo "$$t: FAILED" >&2; status=1; fi; \
done; exit $$status
endef

unit: $(UNITBIN)  ## build and run the unit tests (20 s)
	$(call run-all,,$(UNITBIN))

fault: $(FAULTBIN)  ## make each system call fail, each time (30 s)
	$(call run-all,,$(FAULTBIN))

layers:  ## check who includes whom (1 s)
	sh ci/layers

exports: all $(PARTS)  ## check what the library exports (1 s)
	sh ci/exports $(BUILD)

cmd: $(BUILD)/locket $(A)  ## test the command (30 s)
	sh tests/cmd/run $(BUILD)/locket
	sh tests/cmd/doctor $(BUILD)/locket
	sh tests/cmd/audit $(BUILD)/locket

# One after the other, so that tests of limits and times do not meet.
TESTS    = layers exports unit fault crime kernel budget sandbox seal forks backings load signal attack cmd fuzz-replay
CHECKS   = $(TESTS) prove

.PHONY: check-tests
check:  ## install what is missing, then check everything (16 min)
check-tests:  ## the same, but for the proof (5 min)
check-tests: CHECKS = $(TESTS)
check check-tests:
	sh ci/setup check
	@for part in $(CHECKS); do \
	  echo "--- make $$part"; \
	  $(MAKE) --no-print-directory BUILD=$(BUILD) $$part || \
	    { echo "check: FAILED in $$part" >&2; exit 1; }; \
	done
	@echo "check: all passed ($(CHECKS))"

# The heavy counts are for `make unit`, with either compiler: a sanitizer says no
# more of the ten thousandth round than of the first.
asan:  ## unit, fault and crime under ASan and UBSan, the heavy ones lighter (2 min)
	LOCKET_TEST_LIGHT=1 $(MAKE) BUILD=$(BUILD)/asan CC=clang \
	  SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=all" unit fault crime

# A fault is an error to valgrind: what faults on purpose asks /proc instead.
valgrind: $(UNITBIN)  ## unit tests under valgrind, the heavy ones lighter (5 min)
	$(call run-all,LOCKET_TEST_LIGHT=1 valgrind -q --error-exitcode=1,$(UNITBIN))

$(TESTDIR)/unit/%.o: tests/unit/%.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -Itests/unit -MMD -MP -c $< -o $@

$(UNITBIN): $(TESTDIR)/unit/test_%: $(TESTDIR)/unit/test_%.o $(TESTDIR)/unit/unit.o \
            $(TESTDIR)/unit/heap.o $(PARTS)
	$(CC) $(ALLFLAGS) $^ -o $@ $(CMOCKA) $(LDLIBS)

$(TESTDIR)/fault/%.o: tests/fault/%.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -Itests/unit -MMD -MP -c $< -o $@

$(FAULTBIN): $(TESTDIR)/fault/test_fault.o $(TESTDIR)/fault/scenario.o $(TESTDIR)/fault/refused.o \
             $(TESTDIR)/fault/wrap.o $(TESTDIR)/unit/unit.o $(PARTS)
	$(CC) $(ALLFLAGS) $(WRAP) $^ -o $@ $(CMOCKA) $(LDLIBS)

.PRECIOUS: $(TESTDIR)/unit/%.o $(TESTDIR)/fault/%.o
-include $(wildcard $(TESTDIR)/unit/*.d $(TESTDIR)/fault/*.d)
