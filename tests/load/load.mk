# SPDX-License-Identifier: ISC
# tests/load: liblocket.so in programs that know nothing of it: dlopen(3), use,
# threads, fork, dlclose(3), exit.  Included by the Makefile;
# build/tests/load/load_test FOLDER CASE runs one case.

LOADBIN  = $(BUILD)/tests/load/load_test
LOADOBJ  = $(LOADBIN).o $(BUILD)/tests/load/eyes.o
PLUGIN   = $(BUILD)/tests/load/plugin.so

.PHONY: load
load: $(LOADBIN) $(SO) $(PLUGIN)  ## load the library, use it, let go of it, in every order (5 s)
	$(LOADBIN) $(abspath $(BUILD))

$(LOADOBJ): $(BUILD)/tests/load/%.o: tests/load/%.c tests/load/load.h
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -c $< -o $@

# Nothing of locket in it.
$(LOADBIN): $(LOADOBJ)
	$(CC) $(ALLFLAGS) $(LOADOBJ) -o $@ $(LDLIBS) -ldl

# Somebody's plugin with locket in it, linked as plugins are: dlclose ends it.
$(PLUGIN): $(A) tests/load/load.mk
	@mkdir -p $(@D)
	$(CC) -shared $(ALLFLAGS) -Wl,--whole-archive $(A) -Wl,--no-whole-archive -o $@ $(LDLIBS)
