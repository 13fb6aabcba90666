# SPDX-License-Identifier: ISC
# tests/attack: is the secret there?  Included by the Makefile.

.PHONY: attack
attack: $(BUILD)/tests/attack/attack_test
	$<

$(BUILD)/tests/attack/victim: tests/attack/victim.c tests/attack/pattern.h include/locket.h $(A)
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) $< $(A) -o $@ $(LDLIBS)

$(BUILD)/tests/attack/attack_test: tests/attack/attack_test.c tests/attack/scan.c \
    tests/attack/scan.h tests/attack/pattern.h $(BUILD)/tests/attack/victim
	$(CC) $(ALLFLAGS) $(filter %.c,$^) -o $@ -lcmocka $(LDLIBS)
