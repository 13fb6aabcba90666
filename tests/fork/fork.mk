# SPDX-License-Identifier: ISC
# tests/fork: what a child has, under each policy, however it was made.
# Included by the Makefile; `build/tests/fork/fork_test 'free_*'` runs some.

FORKOBJ  = $(patsubst tests/fork/%.c,$(BUILD)/tests/fork/%.o,$(sort $(wildcard tests/fork/*.c)))
FORKBIN  = $(BUILD)/tests/fork/fork_test

.PHONY: forks
forks: $(FORKBIN)  ## every call in a child, under each fork policy (1 min)
	$(call run-all,,$(FORKBIN))
	@sh tests/fork/cited $(FORKBIN)

$(FORKOBJ): $(BUILD)/tests/fork/%.o: tests/fork/%.c tests/fork/fork.h tests/unit/unit.h \
            tests/unit/heap.h $(wildcard src/*.h) include/locket.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -Itests/unit -c $< -o $@

$(FORKBIN): $(FORKOBJ) $(BUILD)/tests/unit/unit.o $(BUILD)/tests/unit/heap.o $(PARTS)
	$(CC) $(ALLFLAGS) $^ -o $@ $(CMOCKA) $(LDLIBS)

.PHONY: test-mutants test-mutants-quick
test-mutants:  ## break src in each way of tests/mutants; its test must fail (5 min)
	@sh tests/mutants/run $(BUILD)

# One that is quick for each program that the set names, but for that of `make fault`,
# which takes as long as all of these.
test-mutants-quick:  ## the same for one of each test program (1 min)
	@sh tests/mutants/run $(BUILD) keep-torn-believed policy-carries-all budget-own-only \
	  free-asks-kernel inside-waits seal-not-home handler-silent backing-slash-follows \
	  load-deleted
