/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * afl_mutate.c - the mutator of mutate.c for AFL++, which loads it with
 * AFL_CUSTOM_MUTATOR_LIBRARY: a library of its own, no part of a target.
 */
#include <stdlib.h>
#include <string.h>

#include "target.h"

/* Bytes of an input, at most: as -max_len says to libFuzzer. */
#define AFL_MOST ((size_t)388)

struct afl_mutator {
        uint32_t state;
        uint8_t *data;
};

/* What AFL++ calls, by these names. */
void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(void *mutator);
size_t afl_custom_fuzz(void *mutator, uint8_t *data, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t most);

static uint32_t afl_random(struct afl_mutator *m)
{
        m->state = m->state * 1664525u + 1013904223u;
        return m->state >> 8;
}

static struct afl_mutator *afl_only;

/* What libFuzzer gives to mutate.c: here, one byte is changed. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
        (void)max;
        if (size > 0) {
                data[afl_random(afl_only) % size] = (uint8_t)afl_random(afl_only);
        }
        return size;
}

void *afl_custom_init(void *afl, unsigned seed)
{
        struct afl_mutator *m = calloc(1, sizeof *m);

        (void)afl;
        if (m != NULL) {
                m->state = seed;
        }
        afl_only = m;
        return m;
}

void afl_custom_deinit(void *mutator)
{
        struct afl_mutator *m = mutator;

        free(m->data);
        free(m);
}

/* At most ${most} bytes made of ${data}: 0 leaves it alone. */
size_t afl_custom_fuzz(void *mutator, uint8_t *data, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t most)
{
        struct afl_mutator *m = mutator;
        const size_t room = most < AFL_MOST ? most : AFL_MOST;

        (void)other;
        (void)other_size;
        if (m->data == NULL) {
                m->data = malloc(AFL_MOST);
        }
        if (m->data == NULL || size > room) {
                return 0;
        }
        memcpy(m->data, data, size);
        *out = m->data;
        return LLVMFuzzerCustomMutator(m->data, size, room, afl_random(m));
}
