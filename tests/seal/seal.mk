# SPDX-License-Identifier: ISC
# tests/seal: what cannot be remapped, and the keys, which cannot be written to.
# Included by the Makefile.

SEALBIN = $(BUILD)/tests/seal/seal_test

.PHONY: seal
seal: $(SEALBIN)  ## attack the mappings that are sealed, and the page of the keys (5 s)
	$(call run-all,,$(SEALBIN))

$(BUILD)/tests/seal/seal_test.o: tests/seal/seal_test.c tests/unit/unit.h $(wildcard src/*.h) include/locket.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -Itests/unit -c $< -o $@

$(SEALBIN): $(BUILD)/tests/seal/seal_test.o $(BUILD)/tests/unit/unit.o $(BUILD)/tests/unit/heap.o $(PARTS)
	$(CC) $(ALLFLAGS) $^ -o $@ $(CMOCKA) $(LDLIBS)
