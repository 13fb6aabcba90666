/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * replay.c - the engine where there is none: run each file, or each file of a
 * folder, once.  With REPLAY_NAMES in the environment, say which.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "target.h"

#define REPLAY_MOST ((size_t)1 << 16)

static unsigned long replay_count;

static void replay_file(const char *path)
{
        static uint8_t data[REPLAY_MOST];
        FILE *f = fopen(path, "rbe");
        size_t size;

        if (f == NULL) {
                perror(path);
                exit(2);
        }
        size = fread(data, 1, sizeof data, f);
        (void)fclose(f);
        if (getenv("REPLAY_NAMES") != NULL) {
                (void)fprintf(stderr, "%s\n", path);
        }
        (void)LLVMFuzzerTestOneInput(data, size);
        replay_count += 1;
}

static void replay(const char *path)
{
        struct stat st;
        struct dirent *entry;
        DIR *folder;
        char name[4096];

        if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
                replay_file(path);
                return;
        }
        folder = opendir(path);
        if (folder == NULL) {
                perror(path);
                exit(2);
        }
        while ((entry = readdir(folder)) != NULL) {
                if (entry->d_name[0] != '.') {
                        (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
                        replay_file(name);
                }
        }
        (void)closedir(folder);
}

int main(int argc, char **argv)
{
        int i;

        for (i = 1; i < argc; i++) {
                replay(argv[i]);
        }
        (void)printf("replayed %lu inputs\n", replay_count);
        return replay_count == 0;
}
