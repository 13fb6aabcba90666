# SPDX-License-Identifier: ISC
# tests/budget: what locket_budget says against what then fits.  Included by
# the Makefile; `build/tests/budget/budget_test 'user_64k_*'` runs some.

BUDGETOBJ = $(patsubst tests/budget/%.c,$(BUILD)/tests/budget/%.o,$(sort $(wildcard tests/budget/*.c)))
BUDGETBIN = $(BUILD)/tests/budget/budget_test

.PHONY: budget
budget: $(BUDGETBIN)  ## what locket_budget says, against what then fits (1 min)
	$(call run-all,,$(BUDGETBIN))

$(BUDGETOBJ): $(BUILD)/tests/budget/%.o: tests/budget/%.c $(wildcard tests/budget/*.h) \
              $(wildcard tests/kernel/*.h) include/locket.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -c $< -o $@

$(BUDGETBIN): $(BUDGETOBJ) $(BUILD)/tests/kernel/kernel.o $(BUILD)/tests/kernel/smaps.o $(A)
	$(CC) $(ALLFLAGS) $^ -o $@ $(CMOCKA) $(LDLIBS)
