# SPDX-License-Identifier: ISC
# tests/signal: locket_wipe_all in the middle of every call.  Included by the
# Makefile; SIGNAL_STRIDE=1 make signal tries every instruction.

SIGNALOBJ = $(patsubst tests/signal/%.c,$(BUILD)/tests/signal/%.o,$(sort $(wildcard tests/signal/*.c)))

.PHONY: signal
signal: $(BUILD)/tests/signal/signal_test  ## wipe everything in the middle of every call (30 s)
	objdump -d --no-show-raw-insn $< | awk '/^[0-9a-f]+ </ { on = /<locket_/ } \
	  on && /^ +[0-9a-f]+:/ { sub(":.*", ""); print $$1 }' >$<.starts
	$< $<.starts

$(SIGNALOBJ): $(BUILD)/tests/signal/%.o: tests/signal/%.c $(wildcard tests/signal/*.h) include/locket.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -c $< -o $@

$(BUILD)/tests/signal/signal_test: $(SIGNALOBJ) $(A)
	$(CC) $(ALLFLAGS) $(LDHARDEN) $(SIGNALOBJ) $(A) -o $@ $(LDLIBS)
