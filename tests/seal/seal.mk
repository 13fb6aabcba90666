# SPDX-License-Identifier: ISC
# tests/seal: what cannot be remapped, and the keys and the violation handler, which cannot
# be written to.  Included by the Makefile.

SEALDIR = $(BUILD)/tests/seal
SEALBIN = $(SEALDIR)/seal_test $(SEALDIR)/handler_test

.PHONY: seal
seal: $(SEALBIN)  ## attack the mappings that are sealed, the keys and the handler (10 s)
	$(call run-all,,$(SEALBIN))

$(SEALDIR)/%.o: tests/seal/%.c tests/unit/unit.h $(wildcard src/*.h) include/locket.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -Itests/unit -c $< -o $@

# Each access that the handler's page is given is seen, and can be refused.
$(SEALDIR)/handler_test: LDFLAGS += -Wl,--wrap=mprotect

$(SEALBIN): %: %.o $(BUILD)/tests/unit/unit.o $(BUILD)/tests/unit/heap.o $(PARTS)
	$(CC) $(ALLFLAGS) $(LDFLAGS) $^ -o $@ $(CMOCKA) $(LDLIBS)
