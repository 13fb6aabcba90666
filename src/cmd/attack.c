/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * attack.c - the command `locket`: the attacks themselves.
 *
 * Knows:    blocks, by address; which bytes are not to be touched.
 * Promises: the same misuse on either side; each notes what it is about to
 *           touch before it does, and what it found after.
 *
 * Addresses and bytes go through volatile, so that the misuse happens as
 * written at every level of optimisation.
 */
#define _FILE_OFFSET_BITS 64 /* an address as an offset, 32-bit too */

#include "cmd.h"

#include <locket.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shorter runs of equal bytes are chance. */
#define ATTACK_RUN 4

/* A place that no allocator gave out. */
static _Alignas(64) unsigned char attack_static[256];

/* ------------------------------------------------------------------ tools */

/* Change the byte at ${at}. */
static void attack_change(struct cmd_scene *scene, volatile unsigned char *at)
{
        scene->facts->wrong = (uintptr_t)at;
        *at = (unsigned char)~*at;
}

/* Is any of the ${size} bytes of a neighbour another than before? */
static int attack_harmed(const volatile unsigned char *block, size_t size)
{
        size_t i;

        for (i = 0; i < size; i++) {
                if (block[i] != CMD_MARK) {
                        return 1;
                }
        }
        return 0;
}

/* How many bytes at ${view} are those of the secret, in its place? */
static void attack_compare(struct cmd_scene *scene, const volatile unsigned char *view)
{
        size_t least = scene->size < ATTACK_RUN ? scene->size : ATTACK_RUN;
        size_t i, run = 0, seen = 0;
        int zeros = 1;

        for (i = 0; i < scene->size; i++) {
                unsigned char byte = view[i];

                if (byte) {
                        zeros = 0;
                }
                if (byte == scene->reference[i]) {
                        run++;
                        continue;
                }
                seen += run >= least ? run : 0;
                run = 0;
        }
        seen += run >= least ? run : 0;
        scene->facts->zeros = zeros;
        scene->facts->seen = zeros ? 0 : seen;
        scene->facts->of = scene->size;
}

/* --------------------------------------------------------- out of bounds */

static void attack_over(struct cmd_scene *scene)
{
        attack_change(scene, scene->target + scene->size);
        if (attack_harmed(scene->above, scene->size)) {
                scene->facts->harm = "neighbour overwritten";
        }
        scene->side->drop(scene->target);
        scene->side->drop(scene->above);
}

/* Read from the end of the secret to the end of the upper neighbour, or 64
 * bytes if that is somewhere else. */
static void attack_read_on(struct cmd_scene *scene)
{
        const volatile unsigned char *at = scene->target + scene->size;
        uintptr_t from = (uintptr_t)at, above = (uintptr_t)scene->above;
        size_t i, seen = 0, far = 64;

        if (above >= from && above - from <= scene->size + CMD_BELOW) {
                far = above - from + scene->size;
        }
        scene->facts->wrong = from;
        for (i = 0; i < far; i++) {
                unsigned char byte = at[i];

                if (from + i >= above && byte == CMD_MARK) {
                        seen++;
                }
        }
        scene->facts->seen = seen;
        scene->facts->of = scene->size;
}

static void attack_under(struct cmd_scene *scene)
{
        attack_change(scene, scene->target - 1);
        scene->side->drop(scene->target);
        scene->side->drop(scene->below);
}

/* The byte is in the page below the one that the secret starts in, or, if it
 * starts with its page, in the second below: in locket, its lower guard. */
static void attack_far_under(struct cmd_scene *scene)
{
        long page = sysconf(_SC_PAGESIZE);

        attack_change(scene, scene->target - page - 1);
        if (attack_harmed(scene->below, CMD_BELOW)) {
                scene->facts->harm = "neighbour overwritten";
        }
        scene->side->drop(scene->target);
        scene->side->drop(scene->below);
}

/* ------------------------------------------------------------- lifetimes */

static void attack_read_freed(struct cmd_scene *scene)
{
        scene->side->drop(scene->target);
        scene->facts->wrong = (uintptr_t)scene->target;
        attack_compare(scene, scene->target);
}

/* A stale pointer is written through when the place may have a new owner. */
static void attack_write_freed(struct cmd_scene *scene)
{
        volatile unsigned char *owner;
        size_t i;

        scene->side->drop(scene->target);
        owner = scene->side->get(scene->size);
        for (i = 0; owner && i < scene->size; i++) {
                owner[i] = CMD_MARK;
        }
        attack_change(scene, scene->target + scene->size / 2);
        if (owner && attack_harmed(owner, scene->size)) {
                scene->facts->harm = "next owner's data changed";
        }
}

static void attack_double_free(struct cmd_scene *scene)
{
        scene->side->drop(scene->target);
        scene->side->drop(scene->target);
}

static void attack_interior_free(struct cmd_scene *scene)
{
        scene->side->drop(scene->target + (scene->size > 16 ? 16 : 1));
}

static void attack_foreign_free(struct cmd_scene *scene)
{
        unsigned char *volatile foreign = attack_static + 64;

        scene->side->drop(foreign);
}

/* ------------------------------------------------------- from elsewhere */

/* The child's child sends what it sees at the address of the secret. */
static _Noreturn void attack_send(struct cmd_scene *scene, int fd)
{
        size_t done = 0;
        ssize_t put;

        alarm(CMD_PATIENCE);
        while (done < scene->size) {
                put = write(fd, scene->target + done, scene->size - done);
                if (put < 0 && errno != EINTR) {
                        scene->facts->error = errno;
                        break;
                }
                if (put > 0) {
                        done += (size_t)put;
                }
        }
        _exit(0);
}

static void attack_forked(struct cmd_scene *scene)
{
        unsigned char *view = locket_malloc(scene->size);
        int pair[2];
        pid_t pid;

        if (!view || pipe(pair) || (pid = fork()) < 0) {
                scene->facts->error = errno;
                scene->facts->ready = 0;
                return;
        }
        if (pid == 0) {
                attack_send(scene, pair[1]);
        }
        close(pair[1]);
        if (!cmd_receive(pair[0], view, scene->size)) {
                attack_compare(scene, view);
        }
        close(pair[0]);
        waitpid(pid, NULL, 0);
}

/* The kernel reads through closed pages this way. */
static void attack_proc_mem(struct cmd_scene *scene)
{
        unsigned char *view = locket_malloc(scene->size);
        int fd = open("/proc/self/mem", O_RDONLY);
        ssize_t got;

        if (!view || fd < 0) {
                scene->facts->error = errno;
                scene->facts->ready = 0;
                return;
        }
        scene->side->drop(scene->target);
        got = pread(fd, view, scene->size, (off_t)(uintptr_t)scene->target);
        if (got < 0 || (size_t)got < scene->size) {
                scene->facts->error = got < 0 ? errno : EIO;
        } else {
                attack_compare(scene, view);
        }
}

const struct cmd_attack cmd_attacks[] = {
        {"write 1 byte over", attack_over, "overflow", 0, 0},
        {"read on past the end", attack_read_on, NULL, 1, 0},
        {"write 1 byte under", attack_under, "underflow", 0, 0},
        {"write a page under", attack_far_under, NULL, 0, 0},
        {"read after free", attack_read_freed, NULL, 0, 1},
        {"write after free", attack_write_freed, NULL, 0, 0},
        {"free twice", attack_double_free, "double free", 0, 0},
        {"free inside the block", attack_interior_free, "interior free", 0, 0},
        {"free a foreign pointer", attack_foreign_free, "foreign free", 0, 0},
        {"read in a forked child", attack_forked, NULL, 0, 1},
        {"/proc/self/mem, freed", attack_proc_mem, NULL, 0, 1},
};
const size_t cmd_attack_count = sizeof(cmd_attacks) / sizeof(cmd_attacks[0]);
