# SPDX-License-Identifier: ISC
# tests/attack: is the secret there?  Included by the Makefile.

.PHONY: attack
attack: $(BUILD)/tests/attack/attack_test  ## look for a secret from outside, and in a core file (1 s)
	$<

# Bound lazily, the harder case: at the first call of a function the dynamic
# linker saves all vector registers on the stack, with what memcpy left there.
$(BUILD)/tests/attack/victim: tests/attack/victim.c tests/attack/pattern.h include/locket.h $(A)
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) $< $(A) -Wl,-z,lazy -o $@ $(LDLIBS)

$(BUILD)/tests/attack/attack_test: tests/attack/attack_test.c tests/attack/scan.c \
    tests/attack/scan.h tests/attack/pattern.h $(BUILD)/tests/attack/victim
	$(CC) $(ALLFLAGS) $(filter %.c,$^) -o $@ -lcmocka $(LDLIBS)
