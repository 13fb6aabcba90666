# SPDX-License-Identifier: ISC
# locket: build, test, prove.  `make help` lists what there is.

VERSION  = 0.1.0
SOVERSION = 0
PREFIX   = /usr/local
LIBDIR   = $(PREFIX)/lib
CC       = cc
BUILD    = build

WARN     = -Wall -Wextra -Wpedantic -Wundef -Wconversion -Wshadow \
           -Wstrict-prototypes -Wmissing-prototypes -Wvla $(WERROR)
# Hardening is used where the compiler has it; nothing depends on it.
try      = $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null 2>/dev/null && echo $(1))
HARDEN  := $(call try,-fstack-protector-strong) $(call try,-fstack-clash-protection) \
           $(call try,-fcf-protection) $(call try,-D_FORTIFY_SOURCE=2 -O2)
CFLAGS   = -O2 -g
CSTD     = -std=c11 -D_DEFAULT_SOURCE -Iinclude -Isrc
ALLFLAGS = $(CSTD) $(WARN) -fPIC $(HARDEN) $(CFLAGS) $(SANITIZE)
LDHARDEN = -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
LDLIBS   = -pthread

# The units in map order (src/README.md): library, layer check and proofs
# all read this one list.
UNITS    = word size os_linux os_backing os_seal os_kept span advice slab backing slot bin cell canary wipe fork lock \
           fatal pages place arena secret run turn child policy home shard report room budget \
           locket secure_memory
CORE     = $(UNITS:%=src/%.c)
CMD      = $(sort $(wildcard src/cmd/*.c))
# What ships is compiled from the one file that ci/amalgam makes, so that the
# hot path is inlined across units.  Tests of internals link the units themselves.
ONE      = $(BUILD)/one
OBJ      = $(UNITS:%=$(BUILD)/obj/%.o)
CMDOBJ   = $(CMD:src/cmd/%.c=$(BUILD)/obj/cmd/%.o)
DEP      = $(OBJ:.o=.d) $(CMDOBJ:.o=.d)

A        = $(BUILD)/liblocket.a
SO       = $(BUILD)/liblocket.so
PARTS    = $(BUILD)/libparts.a

.PHONY: all help demo check unit fault crime layers exports prove asan \
        valgrind bench install uninstall clean

all: $(A) $(SO) $(BUILD)/locket $(BUILD)/locket.pc  ## build library and command (10 s)

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(filter %Makefile %.mk,$(MAKEFILE_LIST)) | sort | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(BUILD)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -MMD -MP -c $< -o $@

$(ONE)/locket.c: $(wildcard src/*.[ch] include/*.h) ci/amalgam Makefile
	@sh ci/amalgam $(ONE) >/dev/null

$(ONE)/locket.o: $(ONE)/locket.c
	$(CC) $(ALLFLAGS) -c $< -o $@

$(PARTS): $(OBJ)
	@rm -f $@
	$(AR) rcs $@ $(OBJ)

$(A): $(ONE)/locket.o
	@rm -f $@
	$(AR) rcs $@ $<

$(SO).$(VERSION): $(ONE)/locket.o src/liblocket.map
	$(CC) -shared $(ALLFLAGS) $(LDHARDEN) -Wl,-z,nodelete -Wl,-soname,liblocket.so.$(SOVERSION) \
	  -Wl,--version-script,src/liblocket.map $< -o $@ $(LDLIBS)

$(SO): $(SO).$(VERSION)
	ln -sf liblocket.so.$(VERSION) $(BUILD)/liblocket.so.$(SOVERSION)
	ln -sf liblocket.so.$(SOVERSION) $@

$(BUILD)/locket: $(CMDOBJ) $(A)
	$(CC) $(ALLFLAGS) $(LDHARDEN) -pie $(CMDOBJ) $(A) -o $@ $(LDLIBS)

PCEDIT   = -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|'

$(BUILD)/locket.pc: src/locket.pc.in Makefile
	@mkdir -p $(@D)
	sed $(PCEDIT) $< > $@

demo: $(BUILD)/locket  ## show a real key in locket memory and attack it (10 s)
	@sh ci/demo $(BUILD)/locket

-include $(DEP) tests/tests.mk proofs/wp.mk tests/bench/bench.mk
-include ci/amalgam.mk fuzz/fuzz.mk

install: all  ## copy to $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(PREFIX)/bin
	install -m 644 include/locket.h include/secure_memory.h $(DESTDIR)$(PREFIX)/include
	install -m 644 $(A) $(DESTDIR)$(LIBDIR)
	install -m 755 $(SO).$(VERSION) $(DESTDIR)$(LIBDIR)
	ln -sf liblocket.so.$(VERSION) $(DESTDIR)$(LIBDIR)/liblocket.so.$(SOVERSION)
	ln -sf liblocket.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/liblocket.so
	sed $(PCEDIT) src/locket.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/locket.pc
	install -m 755 $(BUILD)/locket $(DESTDIR)$(PREFIX)/bin

uninstall:  ## remove what install copied
	rm -f $(DESTDIR)$(PREFIX)/include/locket.h $(DESTDIR)$(PREFIX)/include/secure_memory.h \
	  $(DESTDIR)$(LIBDIR)/liblocket.a $(DESTDIR)$(LIBDIR)/liblocket.so* \
	  $(DESTDIR)$(LIBDIR)/pkgconfig/locket.pc $(DESTDIR)$(PREFIX)/bin/locket

clean:  ## remove the build folder
	rm -rf $(BUILD)
