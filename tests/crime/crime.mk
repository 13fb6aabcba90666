# SPDX-License-Identifier: ISC
# tests/crime: one program per misuse, judged by the runner.  Included by the
# Makefile; `make crime` runs all, build/tests/crime/runner '*overflow*' some.

CRIMES    = $(filter-out crime runner,$(basename $(notdir $(sort $(wildcard tests/crime/*.c)))))
CRIMEBIN  = $(CRIMES:%=$(BUILD)/tests/crime/%)

crime: $(BUILD)/tests/crime/runner  ## every misuse in a fresh process: signal, line, address (3 s)
	$<

$(BUILD)/tests/crime/crime.o: tests/crime/crime.c tests/crime/crime.h include/locket.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -c $< -o $@

$(CRIMEBIN): $(BUILD)/tests/crime/%: tests/crime/%.c $(BUILD)/tests/crime/crime.o $(A)
	$(CC) $(ALLFLAGS) $< $(BUILD)/tests/crime/crime.o $(A) -o $@ $(LDLIBS)

$(BUILD)/tests/crime/runner: tests/crime/runner.c $(CRIMEBIN)
	$(CC) $(ALLFLAGS) $< -o $@ -lcmocka $(LDLIBS)
