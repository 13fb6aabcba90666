# SPDX-License-Identifier: ISC
# tests/backing: secret memory and files behind an arena's pages.  Included by
# the Makefile.

BACK     = $(BUILD)/tests/backing
BACKOBJ  = $(patsubst tests/backing/%.c,$(BACK)/%.o,$(filter-out tests/backing/every.c,$(sort $(wildcard tests/backing/*.c))))
BACKBIN  = $(BACK)/backing_test
# Tests of anonymous memory that are run with other backings (every).
EVERYWRAP = -Wl,--wrap=locket_policy_default -Wl,--wrap=locket_os_file
EVERYUNIT = $(patsubst %,$(BACK)/every/test_%,locket secret shard report secure_memory home)
EVERYCRIME = $(CRIMES:%=$(BACK)/every/%)

EVERYBIN = $(EVERYUNIT) $(EVERYCRIME) $(BACK)/every/runner $(BACK)/every/fork_test

.PHONY: backings backings-file
backings: $(BACKBIN) $(EVERYBIN)  ## attack secret memory and files; other tests with secret memory (1 min)
	$(call run-all,,$(BACKBIN))
	@sh tests/backing/every $(BACK)/every secretmem

backings-file: $(BACKBIN) $(EVERYBIN)  ## other tests with files, each free of which waits for the disk (4 min)
	@sh tests/backing/every $(BACK)/every file

$(BACKOBJ) $(BACK)/every.o: $(BACK)/%.o: tests/backing/%.c tests/backing/backing.h \
            tests/unit/unit.h include/locket.h $(wildcard src/*.h)
	@mkdir -p $(@D) $(BACK)/every
	$(CC) $(ALLFLAGS) -Itests/unit -c $< -o $@

$(BACKBIN): $(BACKOBJ) $(BUILD)/tests/unit/unit.o $(PARTS)
	$(CC) $(ALLFLAGS) -Wl,--wrap=open $^ -o $@ $(CMOCKA) $(LDLIBS)

$(EVERYUNIT): $(BACK)/every/test_%: $(BUILD)/tests/unit/test_%.o $(BUILD)/tests/unit/unit.o \
            $(BUILD)/tests/unit/heap.o $(BACK)/every.o $(PARTS)
	$(CC) $(ALLFLAGS) $(EVERYWRAP) $^ -o $@ $(CMOCKA) $(LDLIBS)

$(BACK)/every/fork_test: $(FORKOBJ) $(BUILD)/tests/unit/unit.o $(BUILD)/tests/unit/heap.o \
            $(BACK)/every.o $(PARTS)
	$(CC) $(ALLFLAGS) $(EVERYWRAP) $^ -o $@ $(CMOCKA) $(LDLIBS)

$(EVERYCRIME): $(BACK)/every/%: tests/crime/%.c $(BUILD)/tests/crime/crime.o $(BACK)/every.o $(PARTS)
	$(CC) $(ALLFLAGS) $(EVERYWRAP) $^ -o $@ $(LDLIBS)

$(BACK)/every/runner: $(BUILD)/tests/crime/runner
	cp $< $@
