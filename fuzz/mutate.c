/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * mutate.c - new inputs for the main target: whole operations are put in,
 * taken out, moved and changed, so that those after them keep their meaning.
 */
#include <string.h>

#include "input.h"
#include "target.h"

#define MUTATE_RECORD ((size_t)4)

static uint32_t mutate_state;

static uint32_t mutate_random(uint32_t bound)
{
        mutate_state = mutate_state * 1664525u + 1013904223u;
        return (mutate_state >> 8) % bound;
}

/* Make room for ${n} records at number ${at}: 1, or 0 if there is none. */
static int mutate_open(uint8_t *data, size_t *records, size_t max, size_t at, size_t n)
{
        if ((*records + n) * MUTATE_RECORD > max) {
                return 0;
        }
        memmove(data + (at + n) * MUTATE_RECORD, data + at * MUTATE_RECORD,
                (*records - at) * MUTATE_RECORD);
        *records += n;
        return 1;
}

static void mutate_insert(uint8_t *data, size_t *records, size_t max)
{
        const size_t at = 1 + mutate_random((uint32_t)*records);
        size_t k;

        if (mutate_open(data, records, max, at, 1)) {
                for (k = 0; k < MUTATE_RECORD; k++) {
                        data[at * MUTATE_RECORD + k] = (uint8_t)mutate_random(256);
                }
        }
}

/* Some records once more, elsewhere. */
static void mutate_copy(uint8_t *data, size_t *records, size_t max)
{
        const size_t from = mutate_random((uint32_t)*records);
        const size_t most = *records - from < 8 ? *records - from : 8;
        const size_t n = 1 + mutate_random((uint32_t)most);
        const size_t at = 1 + mutate_random((uint32_t)*records);
        uint8_t copy[8 * MUTATE_RECORD];

        memcpy(copy, data + from * MUTATE_RECORD, n * MUTATE_RECORD);
        if (mutate_open(data, records, max, at, n)) {
                memcpy(data + at * MUTATE_RECORD, copy, n * MUTATE_RECORD);
        }
}

static void mutate_remove(uint8_t *data, size_t *records)
{
        size_t at;
        size_t n;

        if (*records < 3) {
                return;
        }
        at = 1 + mutate_random((uint32_t)(*records - 1));
        n = 1 + mutate_random(4);
        n = n < *records - at ? n : *records - at;
        memmove(data + at * MUTATE_RECORD, data + (at + n) * MUTATE_RECORD,
                (*records - at - n) * MUTATE_RECORD);
        *records -= n;
}

/* One byte of one record; the first two say what is done on what. */
static void mutate_change(uint8_t *data, size_t records)
{
        const size_t at = mutate_random((uint32_t)records) * MUTATE_RECORD + mutate_random(4);

        if (mutate_random(4) == 0) {
                data[at] = (uint8_t)(data[at] + mutate_random(9) - 4u);
        } else {
                data[at] = (uint8_t)mutate_random(256);
        }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
        size_t records = size / MUTATE_RECORD;
        unsigned n;

        mutate_state = seed;
        max = max / MUTATE_RECORD * MUTATE_RECORD;
        if (records < 2) {
                memset(data, 0, max < 8 ? max : 8);
                return max < 8 ? max : 8;
        }
        for (n = 1 + mutate_random(4); n > 0; n--) {
                switch (mutate_random(10)) {
                case 0:
                        records = LLVMFuzzerMutate(data, records * MUTATE_RECORD, max);
                        records = records / MUTATE_RECORD < 2 ? 2 : records / MUTATE_RECORD;
                        break;
                case 1:
                case 2:
                        mutate_copy(data, &records, max);
                        break;
                case 3:
                        mutate_remove(data, &records);
                        break;
                case 4:
                case 5:
                case 6:
                        mutate_insert(data, &records, max);
                        break;
                default:
                        mutate_change(data, records);
                        break;
                }
        }
        return records * MUTATE_RECORD;
}
