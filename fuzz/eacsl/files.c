/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * files.c - the inputs, one after the other: the files that are named.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

size_t files_next(uint8_t *data, size_t most);
void files_begin(int argc, char **argv);
int files_end(void);

static char **files_left;
static unsigned long files_count;

void files_begin(int argc, char **argv)
{
        files_left = argv + (argc > 0);
}

size_t files_next(uint8_t *data, size_t most)
{
        FILE *f;
        size_t size;

        if (*files_left == NULL) {
                return 0;
        }
        f = fopen(*files_left, "rbe");
        if (f == NULL) {
                perror(*files_left);
                exit(2);
        }
        size = fread(data, 1, most, f);
        (void)fclose(f);
        files_left += 1;
        files_count += 1;
        return size + 1;
}

int files_end(void)
{
        (void)printf("replayed %lu inputs\n", files_count);
        return files_count == 0;
}
