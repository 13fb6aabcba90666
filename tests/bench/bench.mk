# SPDX-License-Identifier: ISC
# The benchmark.  Included by the Makefile, whose CC, ALLFLAGS, A, LDLIBS and
# BUILD it uses.  README.md says what is measured.

BENCH_NAMES  = bench work smaps count crime table json peers \
               peer_locket peer_sodium peer_floor peer_mmap peer_libc
BENCH_OBJ    = $(BENCH_NAMES:%=$(BUILD)/bench/%.o)
BENCH_OPTION = -n 15

# A peer that pkg-config does not know is left out, and the table says so.
# Asked only where it is needed: other targets do not wait for it.
BENCH_SODIUM_FLAGS = $(shell pkg-config --exists libsodium 2>/dev/null && \
                       echo -DBENCH_HAVE_SODIUM `pkg-config --cflags libsodium`)
BENCH_SODIUM_LIBS  = $(shell pkg-config --libs libsodium 2>/dev/null)

bench: $(BUILD)/bench/bench  ## measure beside libsodium (2 min)
	@$(BUILD)/bench/bench $(BENCH_OPTION) -o $(BUILD)/bench.json

$(BUILD)/bench/bench: $(BENCH_OBJ) $(A)
	$(CC) $(ALLFLAGS) $(BENCH_OBJ) $(A) -o $@ $(BENCH_SODIUM_LIBS) $(LDLIBS)

$(BUILD)/bench/peer_sodium.o: BENCH_FLAGS = $(BENCH_SODIUM_FLAGS)

$(BUILD)/bench/%.o: tests/bench/%.c tests/bench/bench.mk Makefile
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) $(BENCH_FLAGS) -MMD -MP -c $< -o $@

-include $(BENCH_OBJ:.o=.d)
