/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * amalgam-use.c - a stranger's program on top of the one file.
 */
#include "locket.h"
#include "secure_memory.h"

#include <stdio.h>
#include <string.h>

int main(void)
{
        char *key = locket_malloc(32);
        void *old = alloc_secure_memory(16);

        if (key == NULL || old == NULL) {
                perror("amalgam-use");
                return 1;
        }
        strcpy(key, "a key for locket");
        key = locket_realloc(key, 5000);
        if (key == NULL || strcmp(key, "a key for locket") != 0 || locket_validate() != 0) {
                return 1;
        }
        free_secure_memory(old, 16);
        locket_free(key);
        return 0;
}
