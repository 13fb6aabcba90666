/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_secret.c - `locket doctor`: a real secret, made and looked at.
 *
 * Knows:    include/locket.h, smaps, fork.
 * Promises: believes nothing that the library or madvise(2) says: the kernel's
 *           own list and a child's eyes decide.
 */
#include "doctor.h"

#include <locket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SECRET_SIZE 32

/* Indexes of an answer; then SECRET_ASKS values of 1, 0 or -1. */
enum { SECRET_LOCKED, SECRET_UNDUMPED, SECRET_WIPED, SECRET_GUARDED, SECRET_ASKS };

/* One byte past the end of the page. */
static int secret_overrun(volatile unsigned char *end)
{
        *end = 1;
        return 0;
}

static void secret_ask(struct doctor_answer *answer)
{
        const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
        unsigned char *secret = locket_malloc(SECRET_SIZE);
        unsigned char *end;
        int seen;

        if (!secret) {
                answer->error = errno;
                return;
        }
        memset(secret, 0x5a, SECRET_SIZE);
        end = secret + (page - (uintptr_t)secret % page);
        answer->result[SECRET_LOCKED] = doctor_flag_of(secret, "lo");
        answer->result[SECRET_UNDUMPED] = doctor_flag_of(secret, "dd");
        seen = doctor_in_child(doctor_touch, secret);
        answer->result[SECRET_WIPED] = seen < 0 || seen > 1 ? -1 : seen == 0;
        seen = doctor_in_child(secret_overrun, end);
        answer->result[SECRET_GUARDED] = seen < 0 ? -1 : doctor_trapped(seen);
}

/* What each errno of locket_malloc means. */
static void secret_refused(struct doctor_line *line, int error)
{
        doctor_found(line, DOCTOR_UNSAFE, "locket_malloc(%d): %s", SECRET_SIZE,
                     strerror(error));
        switch (error) {
        case EPERM:
                doctor_means(line, "this process may not lock any memory, so there is "
                                   "no secret");
                doctor_advise(line, "raise the lock limit, see below");
                break;
        case EAGAIN:
                doctor_means(line, "the lock limit is too small for one secret");
                doctor_advise(line, "raise the lock limit, see below");
                break;
        case ENOMEM:
                doctor_means(line, "there is no address space, mapping or memory for one "
                                   "secret");
                doctor_advise(line, "look at the limits below: address space (ulimit "
                                    "-v), mappings, container");
                break;
        case ENOTSUP:
        case EINVAL:
                doctor_means(line, "this kernel lacks a protection that the default "
                                   "policy requires");
                doctor_advise(line, "see which in the lines below; Linux 4.14 or later "
                                    "has all of them");
                break;
        default:
                doctor_means(line, "there is no secret here");
                break;
        }
}

/* Name what is missing of ${result}; ${value} being which ones to name. */
static void secret_list(char *text, size_t size, const int *result, int value)
{
        static const char *const missing[SECRET_ASKS] = {
                "not locked", "not left out of dumps", "not wiped in a child",
                "no guard page behind it"};
        static const char *const unseen[SECRET_ASKS] = {"lock", "dumps", "fork", "guard"};
        size_t have = 0;
        int i;

        text[0] = '\0';
        for (i = 0; i < SECRET_ASKS && have < size; i++) {
                if (result[i] == value) {
                        have += (size_t)snprintf(text + have, size - have, "%s%s",
                                                 have ? ", " : "",
                                                 value ? unseen[i] : missing[i]);
                }
        }
}

void doctor_secret(struct doctor_line *line)
{
        struct doctor_answer answer;
        char missing[DOCTOR_TEXT / 2], unseen[DOCTOR_TEXT / 2];
        const int killed = doctor_probe(secret_ask, &answer, line);

        if (killed) {
                doctor_killed(line, killed);
                return;
        }
        doctor_number(line, "errno", (uint64_t)answer.error);
        if (answer.error) {
                secret_refused(line, answer.error);
                return;
        }
        doctor_flag(line, "locked", answer.result[SECRET_LOCKED]);
        doctor_flag(line, "undumped", answer.result[SECRET_UNDUMPED]);
        doctor_flag(line, "wiped_on_fork", answer.result[SECRET_WIPED]);
        doctor_flag(line, "guarded", answer.result[SECRET_GUARDED]);
        secret_list(missing, sizeof(missing), answer.result, 0);
        secret_list(unseen, sizeof(unseen), answer.result, -1);
        if (missing[0]) {
                doctor_found(line, DOCTOR_UNSAFE, "%d bytes: %s", SECRET_SIZE, missing);
                doctor_means(line, "the system said that it is, and it is not: an "
                                   "emulator, a sandbox or a preloaded library");
                doctor_advise(line, "keep no secrets here; see LD_PRELOAD, seccomp, "
                                    "qemu-user");
        } else if (unseen[0]) {
                doctor_found(line, DOCTOR_UNKNOWN, "%d bytes; not to be seen: %s",
                             SECRET_SIZE, unseen);
                doctor_means(line, "the library got what it asked for, but /proc does "
                                   "not confirm it");
                doctor_advise(line, "mount /proc to have it confirmed");
        } else {
                doctor_found(line, DOCTOR_GOOD,
                             "%d bytes: locked, guarded, left out of "
                             "dumps, wiped in a child",
                             SECRET_SIZE);
                doctor_means(line, "locket_malloc keeps its promises on this machine");
        }
}
