# SPDX-License-Identifier: ISC
# tests/sandbox: the system calls that are needed, under a filter that allows no
# other.  Included by the Makefile; `build/tests/sandbox/sandbox_test grow` runs one.

SANDBOXOBJ = $(patsubst tests/sandbox/%.c,$(BUILD)/tests/sandbox/%.o,$(sort $(wildcard tests/sandbox/*.c)))
SANDBOXBIN = $(BUILD)/tests/sandbox/sandbox_test

.PHONY: sandbox
sandbox: $(SANDBOXBIN)  ## every list of system calls under seccomp, none too long (10 s)
	$(call run-all,,$(SANDBOXBIN))
	@$(SANDBOXBIN) --table | while read -r row; do grep -qFx "$$row" SECURITY.md || \
	  { echo "SECURITY.md lacks: $$row" >&2; exit 1; }; done

$(SANDBOXOBJ): $(BUILD)/tests/sandbox/%.o: tests/sandbox/%.c $(wildcard tests/sandbox/*.h) \
               $(wildcard tests/kernel/*.h) include/locket.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -c $< -o $@

$(SANDBOXBIN): $(SANDBOXOBJ) $(BUILD)/tests/kernel/kernel.o $(BUILD)/tests/kernel/smaps.o $(A)
	$(CC) $(ALLFLAGS) $^ -o $@ $(CMOCKA) $(LDLIBS)
