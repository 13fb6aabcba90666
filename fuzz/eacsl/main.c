/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * main.c - the part of a replay that is translated: what belongs to it is known to the
 * run-time library of E-ACSL.  files.c is not, since libc has contracts of its own.
 */
#include "../target.h"

#define MAIN_MOST ((size_t)1 << 16)

/* The next input, of at most ${most} bytes, into ${data}: its size + 1, or 0. */
size_t files_next(uint8_t *data, size_t most);
void files_begin(int argc, char **argv);
int files_end(void);

static uint8_t main_data[MAIN_MOST];

int main(int argc, char **argv)
{
        size_t size;

        files_begin(argc, argv);
        while ((size = files_next(main_data, MAIN_MOST)) != 0) {
                (void)LLVMFuzzerTestOneInput(main_data, size - 1);
        }
        return files_end();
}
