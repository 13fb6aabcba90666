# SPDX-License-Identifier: ISC
# tests/signal: locket_wipe_all in the middle of every call.  Included by the
# Makefile; SIGNAL_STRIDE=1 make signal tries every instruction.

SIGNALOBJ = $(patsubst tests/signal/%.c,$(BUILD)/tests/signal/%.o,$(sort $(wildcard tests/signal/*.c)))

.PHONY: signal tsan tsan-run
signal: $(BUILD)/tests/signal/signal_test  ## wipe everything in the middle of every call (30 s)
	objdump -d --no-show-raw-insn $< | awk '/^[0-9a-f]+ </ { on = /<locket_/ } \
	  on && /^ +[0-9a-f]+:/ { sub(":.*", ""); print $$1 }' >$<.starts
	$< $<.starts

$(SIGNALOBJ): $(BUILD)/tests/signal/%.o: tests/signal/%.c $(wildcard tests/signal/*.h) include/locket.h \
              tests/signal/signal.mk
	@mkdir -p $(@D)
	$(CC) -I$(ONE) $(ALLFLAGS) -c $< -o $@

$(BUILD)/tests/signal/look.o: $(ONE)/locket.c

# What ships: look.c has the one file in it, as it asks where the range is.
$(BUILD)/tests/signal/signal_test: $(SIGNALOBJ)
	$(CC) $(ALLFLAGS) $(LDHARDEN) $(SIGNALOBJ) -o $@ $(LDLIBS)

# Under ThreadSanitizer, gcc's: it delivers a signal only where the program enters a
# function that it knows, so moments are fewer; and a child of a program with
# threads is not followed, so it forks before it has any.
# A wiper reads the records of all cells: the history must be long enough to say
# that it was one.
tsan:  ## the threads of make signal under ThreadSanitizer (30 s)
	$(MAKE) BUILD=$(BUILD)/tsan CC=gcc SANITIZE=-fsanitize=thread tsan-run

tsan-run: $(BUILD)/tests/signal/signal_test
	TSAN_OPTIONS=history_size=7:suppressions=tests/signal/tsan.supp SIGNAL_ROUNDS=100 $<
