# SPDX-License-Identifier: ISC
# The benchmark.  Included by the Makefile, whose CC, ALLFLAGS, A, LDLIBS and
# BUILD it uses.  README.md says what is measured.

BENCH_NAMES  = bench repeat figure work loop smaps trace count perf crime left \
               live tail check table table_pair table_more table_guard \
               table_goal json json_more chart peers pool \
               peer_locket peer_sodium peer_openssl peer_gcrypt peer_botan \
               peer_botan_pool peer_egg peer_floor peer_mmap peer_mlock peer_libc
BENCH_OBJ    = $(BENCH_NAMES:%=$(BUILD)/bench/%.o)
BENCH_OPTION = -n 7
CXX          = c++
CXXFLAGS_ALL = -std=c++11 -Wall -Wextra -Wpedantic $(WERROR) -fPIC $(HARDEN) $(CFLAGS)

# A peer that pkg-config does not know is left out, and the table says so.
# Asked only where it is needed: other targets do not wait for it.  The
# headers of others are system headers: their warnings are not ours.
bench_has   = $(shell pkg-config --exists $(1) 2>/dev/null && echo yes)
bench_flags = $(if $(call bench_has,$(1)),$(2) \
                $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I $(1))))
bench_libs  = $(shell pkg-config --libs $(1) 2>/dev/null)
bench_about = '"$(shell pkg-config --modversion $(1))"'
BENCH_BOTAN = $(and $(call bench_has,botan-2),$(shell command -v $(CXX) 2>/dev/null))
BENCH_PACKAGES = libsodium libcrypto libgcrypt botan-2 gcr-base-3
BENCH_LIBS  = $(foreach p,$(filter-out botan-2,$(BENCH_PACKAGES)),$(call bench_libs,$(p))) \
              $(if $(BENCH_BOTAN),$(call bench_libs,botan-2) -lstdc++)

$(BUILD)/bench/peer_sodium.o:  BENCH_FLAGS = $(call bench_flags,libsodium,-DBENCH_HAVE_SODIUM)
$(BUILD)/bench/peer_openssl.o: BENCH_FLAGS = $(call bench_flags,libcrypto,-DBENCH_HAVE_OPENSSL)
$(BUILD)/bench/peer_gcrypt.o:  BENCH_FLAGS = $(call bench_flags,libgcrypt,-DBENCH_HAVE_GCRYPT)
$(BUILD)/bench/peer_botan.o:   BENCH_FLAGS = $(if $(BENCH_BOTAN),-DBENCH_HAVE_BOTAN=$(call bench_about,botan-2))
$(BUILD)/bench/peer_egg.o:     BENCH_FLAGS = $(call bench_flags,gcr-base-3,-DBENCH_HAVE_EGG=$(call bench_about,gcr-base-3))

.PHONY: bench-quick bench-found

bench: $(BUILD)/bench/bench  ## measure beside every peer that is there (7 min)
	@$(BUILD)/bench/bench $(BENCH_OPTION) -o $(BUILD)/bench.json -c $(BUILD)/bench
	@sh tests/bench/chart $(BUILD)/bench

# Nothing is judged by its time: fails if an adapter or the program is broken.
bench-quick: $(BUILD)/bench/bench  ## does the benchmark work, with each peer? (20 s)
	@$(BUILD)/bench/bench -q -o $(BUILD)/bench-quick.json -c $(BUILD)/bench >$(BUILD)/bench-quick.md
	@grep '^SKIPPED' $(BUILD)/bench-quick.md || true
	@if command -v python3 >/dev/null; then \
	  python3 -m json.tool $(BUILD)/bench-quick.json >/dev/null; fi
	@echo "bench-quick: passed"

$(BUILD)/bench/bench: $(BENCH_OBJ) $(A)
	$(CC) $(ALLFLAGS) $(BENCH_OBJ) $(A) -o $@ $(BENCH_LIBS) $(LDLIBS) -lm

$(BUILD)/bench/%.o: tests/bench/%.c tests/bench/bench.mk Makefile $(BUILD)/bench/found
	$(CC) $(ALLFLAGS) $(BENCH_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/bench/peer_botan_pool.o: tests/bench/peer_botan_pool.cc tests/bench/bench.mk $(BUILD)/bench/found
	$(if $(BENCH_BOTAN),$(CXX) $(CXXFLAGS_ALL) $(call bench_flags,botan-2) -MMD -MP -c $< -o $@, \
	  $(CC) -x c -c /dev/null -o $@)

# What is there changes when a package comes or goes: then build again.
$(BUILD)/bench/found: bench-found
	@mkdir -p $(@D)
	@for p in $(BENCH_PACKAGES); do \
	  echo "$$p `pkg-config --modversion $$p 2>/dev/null`"; done >$@.now; \
	echo "c++ `command -v $(CXX)`" >>$@.now; \
	if cmp -s $@.now $@; then rm $@.now; else mv $@.now $@; fi

-include $(BENCH_OBJ:.o=.d)
