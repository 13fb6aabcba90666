/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_swap.c - `locket doctor`: what writes memory to a disk.
 *
 * Knows:    /proc/swaps, zram, zswap, /sys/power, lockdown.
 * Promises: what cannot be seen is unknown, never good.
 */
#include "doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Devices in use, by kind. */
struct swap_count {
        uint64_t devices, plain, encrypted, zram, bytes;
        char first[64];   /* the first plain one */
        char backing[64]; /* where the first zram with one writes to */
};

static void swap_zram(struct swap_count *count, const char *name)
{
        char path[256], text[64];

        count->zram++;
        snprintf(path, sizeof(path), "/sys/class/block/%.64s/backing_dev", name);
        if (!cmd_file_line(path, text, sizeof(text)) && strcmp(text, "none") &&
            !count->backing[0]) {
                memcpy(count->backing, text, sizeof(text));
        }
}

static void swap_device(struct swap_count *count, const char *path, uint64_t kilobytes)
{
        const char *slash = strrchr(path, '/');
        const char *name = slash ? slash + 1 : path;

        count->devices++;
        count->bytes += kilobytes * 1024;
        if (!strncmp(name, "zram", 4)) {
                swap_zram(count, name);
        } else if (doctor_encrypts(path)) {
                count->encrypted++;
        } else {
                if (!count->plain) {
                        snprintf(count->first, sizeof(count->first), "%.60s", path);
                }
                count->plain++;
        }
}

/* Returns 0; -1 with errno. */
static int swap_read(struct swap_count *count)
{
        char text[16384], path[512], *line;
        uint64_t kilobytes;

        memset(count, 0, sizeof(*count));
        if (cmd_file_line("/proc/swaps", text, 16)) {
                return -1; /* its first line is always there */
        }
        if (cmd_file_read("/proc/swaps", text, sizeof(text))) {
                return -1;
        }
        for (line = strchr(text, '\n'); line; line = strchr(line + 1, '\n')) {
                if (sscanf(line, " %511s %*s %" SCNu64, path, &kilobytes) == 2) {
                        swap_device(count, path, kilobytes);
                }
        }
        return 0;
}

int doctor_swapping(void)
{
        struct swap_count count;

        return swap_read(&count) ? -1 : count.devices > 0;
}

static void swap_words(struct doctor_line *line, const struct swap_count *count)
{
        char size[DOCTOR_SIZE];

        doctor_size(size, count->bytes);
        if (count->plain) {
                doctor_found(line, DOCTOR_WEAK,
                             "%s in %" PRIu64 " device%s, %" PRIu64
                             " not seen to encrypt: %s",
                             size, count->devices, count->devices > 1 ? "s" : "",
                             count->plain, count->first);
                doctor_means(line, "locked pages never get there; copies that a program "
                                   "makes elsewhere can, and outlive it");
                doctor_advise(line,
                              "encrypt swap (crypttab: swap, with a random key), or "
                              "switch it off (swapoff -a)");
        } else if (count->backing[0]) {
                doctor_found(line, DOCTOR_WEAK, "%s of zram, which writes back to %s",
                             size, count->backing);
                doctor_means(line, "copies that a program makes outside locked pages can "
                                   "reach that disk");
                doctor_advise(line, "have zram write back to an encrypted device, or to "
                                    "none");
        } else if (count->encrypted) {
                doctor_found(line, DOCTOR_GOOD, "%s, encrypted%s", size,
                             count->zram ? " or in RAM (zram)" : "");
                doctor_means(line,
                             "what gets there is worth nothing without its key, which "
                             "is in RAM");
        } else {
                doctor_found(line, DOCTOR_GOOD, "%s in RAM (zram)", size);
                doctor_means(line, "copies outside locked pages stay in RAM, compressed; "
                                   "they live longer than the program");
        }
}

void doctor_swap(struct doctor_line *line)
{
        struct swap_count count;
        char size[DOCTOR_SIZE];
        uint64_t memory, swap;

        if (swap_read(&count)) {
                doctor_found(line, DOCTOR_UNKNOWN, "/proc/swaps: %s", strerror(errno));
                doctor_means(line, "whether this machine writes memory to a disk is not "
                                   "known; locked pages it does not");
                return;
        }
        doctor_number(line, "devices", count.devices);
        doctor_number(line, "unencrypted", count.plain);
        doctor_number(line, "encrypted", count.encrypted);
        doctor_number(line, "zram", count.zram);
        doctor_word(line, "zram_writes_to", count.backing);
        doctor_number(line, "bytes", count.bytes);
        if (count.devices > 0 && doctor_group(&memory, &swap) && swap == 0) {
                doctor_found(line, DOCTOR_GOOD, "%s, but none for this control group",
                             doctor_size(size, count.bytes));
                doctor_means(line, "no memory of it is written to a disk, locked or not");
        } else if (count.devices == 0) {
                doctor_found(line, DOCTOR_GOOD, "none");
                doctor_means(line, "no memory is written to a disk, locked or not");
        } else {
                swap_words(line, &count);
        }
}

void doctor_zswap(struct doctor_line *line)
{
        char text[16];
        int on;

        if (cmd_file_line("/sys/module/zswap/parameters/enabled", text, sizeof(text))) {
                if (errno == ENOENT && !access("/sys/module", F_OK)) {
                        doctor_found(line, DOCTOR_ABSENT, "not in this kernel");
                } else {
                        doctor_found(line, DOCTOR_UNKNOWN, "%s", strerror(errno));
                }
                doctor_means(line, "locked pages are never compressed");
                return;
        }
        on = text[0] == 'Y';
        doctor_flag(line, "enabled", on);
        doctor_found(line, DOCTOR_GOOD, on ? "on" : "off");
        if (on && doctor_swapping() != 0) {
                doctor_means(line,
                             "locked pages are never compressed; others are kept in RAM "
                             "for a while before they reach swap");
        } else {
                doctor_means(line, on ? "without a swap device it does nothing"
                                      : "no compressed copies of memory are kept");
        }
}

/* ------------------------------------------------------------- hibernation */

/* The word in brackets, or all of it. */
static void swap_chosen(char *text)
{
        char *open = strchr(text, '['), *close = strchr(text, ']');

        if (open && close && open < close) {
                *close = '\0';
                memmove(text, open + 1, strlen(open + 1) + 1);
        }
}

void doctor_hibernation(struct doctor_line *line)
{
        char state[128], disk[128] = "", lockdown[64] = "";

        if (cmd_file_line("/sys/power/state", state, sizeof(state))) {
                if (errno == ENODATA) {
                        state[0] = '\0'; /* no kind of sleep at all */
                } else {
                        doctor_found(line, DOCTOR_UNKNOWN, "/sys/power/state: %s",
                                     strerror(errno));
                        doctor_means(line,
                                     "a hibernation image has all memory in it, locked "
                                     "pages too");
                        return;
                }
        }
        (void)cmd_file_line("/sys/power/disk", disk, sizeof(disk));
        (void)cmd_file_line("/sys/kernel/security/lockdown", lockdown, sizeof(lockdown));
        swap_chosen(disk);
        swap_chosen(lockdown);
        doctor_word(line, "states", state);
        doctor_word(line, "mode", disk);
        doctor_word(line, "lockdown", lockdown);
        if (!strstr(state, "disk") || !strcmp(disk, "disabled")) {
                doctor_found(line, DOCTOR_GOOD, "this machine cannot%s%s%s",
                             lockdown[0] ? " (lockdown: " : "", lockdown,
                             lockdown[0] ? ")" : "");
                doctor_means(line, "no image of all memory is written to a disk");
        } else if (doctor_swapping() == 0) {
                doctor_found(line, DOCTOR_GOOD,
                             "possible, but there is no swap to write to");
                doctor_means(line, "an image would have locked pages in it, too");
        } else {
                doctor_found(line, DOCTOR_WEAK, "possible%s%s%s",
                             disk[0] ? " (mode: " : "", disk, disk[0] ? ")" : "");
                doctor_means(line,
                             "the image has all memory in it, locked pages and open "
                             "secrets too");
                doctor_advise(line, "boot with nohibernate, or systemctl mask "
                                    "hibernate.target; encrypted swap helps");
        }
}
