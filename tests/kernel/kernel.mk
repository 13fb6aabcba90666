# SPDX-License-Identifier: ISC
# tests/kernel: the contracts of the operating system, asked of the kernel.
# Included by the Makefile; LOCKET_TEST_LIGHT=1 make kernel is a tenth of it.

KERNELOBJ = $(patsubst tests/kernel/%.c,$(BUILD)/tests/kernel/%.o,$(sort $(wildcard tests/kernel/*.c)))

.PHONY: kernel
kernel: $(BUILD)/tests/kernel/kernel_test  ## what the kernel says of our pages, limits, forks (15 s)
	$<

$(KERNELOBJ): $(BUILD)/tests/kernel/%.o: tests/kernel/%.c $(wildcard tests/kernel/*.h) include/locket.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -c $< -o $@

$(BUILD)/tests/kernel/kernel_test: $(KERNELOBJ) $(A)
	$(CC) $(ALLFLAGS) $(KERNELOBJ) $(A) -o $@ -lcmocka $(LDLIBS)
