/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_crypt.c - `locket doctor`: does a swap device or file encrypt?
 *
 * Knows:    /sys/dev/block, dm-crypt, devices on top of each other (LVM on
 *           LUKS, and so on).
 * Promises: yes only if all that is underneath was seen to encrypt.
 */
#include "doctor.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Layers that are looked through. */
#define CRYPT_LAYERS 6

#define CRYPT_PATH 400

static int crypt_folder(const char *folder, int layers);

/* Do all devices below ${folder} encrypt, and is there one? */
static int crypt_below(const char *folder, int layers)
{
        char path[CRYPT_PATH];
        struct dirent *entry;
        int number = 0, good = 1;
        DIR *list;

        snprintf(path, sizeof(path), "%.100s/slaves", folder);
        list = layers > 0 ? opendir(path) : NULL;
        if (!list) {
                return 0;
        }
        while (good && (entry = readdir(list))) {
                if (entry->d_name[0] != '.') {
                        snprintf(path, sizeof(path), "/sys/class/block/%.64s",
                                 entry->d_name);
                        good = crypt_folder(path, layers - 1);
                        number++;
                }
        }
        closedir(list);
        return good && number > 0;
}

static int crypt_folder(const char *folder, int layers)
{
        char path[CRYPT_PATH], text[64];

        snprintf(path, sizeof(path), "%.100s/dm/uuid", folder);
        if (!cmd_file_line(path, text, sizeof(text)) && !strncmp(text, "CRYPT-", 6)) {
                return 1;
        }
        return crypt_below(folder, layers);
}

int doctor_encrypts(const char *path)
{
        char folder[CRYPT_PATH];
        struct stat status;
        dev_t device;

        if (stat(path, &status)) {
                return 0; /* of another file system tree: a container */
        }
        device = S_ISBLK(status.st_mode) ? status.st_rdev : status.st_dev;
        snprintf(folder, sizeof(folder), "/sys/dev/block/%u:%u", major(device),
                 minor(device));
        return crypt_folder(folder, CRYPT_LAYERS);
}
