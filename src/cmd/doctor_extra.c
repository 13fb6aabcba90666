/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_extra.c - `locket doctor`: what the kernel has besides.
 *
 * Knows:    memfd_secret(2), mseal(2), MADV_GUARD_INSTALL, names of mappings.
 * Promises: each is tried on a page of a child's own; a yes without an effect
 *           is found out.
 */
#include "doctor.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Values that older headers lack; they are the kernel's, and do not change. */
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447 /* Linux 5.14 */
#endif
#ifndef SYS_mseal
#define SYS_mseal 462 /* Linux 6.10 */
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 /* Linux 6.13 */
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41 /* Linux 5.17 */
#define PR_SET_VMA_ANON_NAME 0
#endif

/* Index of an answer: is the effect there? */
enum { EXTRA_SEEN };

static size_t extra_size(void)
{
        return (size_t)sysconf(_SC_PAGESIZE);
}

static void extra_secretmem(struct doctor_answer *answer)
{
        const long fd = syscall(SYS_memfd_secret, 0L);
        unsigned char *page;

        if (fd < 0 || ftruncate((int)fd, (off_t)extra_size())) {
                answer->error = errno;
                return;
        }
        page = mmap(NULL, extra_size(), PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
        if (page == MAP_FAILED) {
                answer->error = errno;
                return;
        }
        page[0] = 1;
        /* The kernel itself may not read it: that is what it is for. */
        answer->result[EXTRA_SEEN] =
                syscall(SYS_write, (long)fd, page, 1L) < 0 && page[0] == 1;
}

static void extra_seal(struct doctor_answer *answer)
{
        unsigned char *page = doctor_page();

        if (!page || syscall(SYS_mseal, page, extra_size(), 0L)) {
                answer->error = errno;
                return;
        }
        answer->result[EXTRA_SEEN] =
                syscall(SYS_mprotect, page, extra_size(), (long)PROT_NONE) != 0;
}

static void extra_marker(struct doctor_answer *answer)
{
        unsigned char *page = doctor_page();

        if (!page || syscall(SYS_madvise, page, extra_size(), (long)MADV_GUARD_INSTALL)) {
                answer->error = errno;
                return;
        }
        answer->result[EXTRA_SEEN] = doctor_trapped(doctor_in_child(doctor_touch, page));
}

static void extra_name(struct doctor_answer *answer)
{
        static const char name[] = "locket doctor";
        unsigned char *page = doctor_page();
        struct cmd_mapping mapping;

        if (!page || syscall(SYS_prctl, (long)PR_SET_VMA, (long)PR_SET_VMA_ANON_NAME,
                             page, extra_size(), name)) {
                answer->error = errno;
                return;
        }
        answer->result[EXTRA_SEEN] = !cmd_smaps_find((uintptr_t)page, &mapping) &&
                                     strstr(mapping.name, name) != NULL;
}

/* What to say of it: there, and not there. */
struct extra_words {
        const char *there, *absent;
};

static void extra_judge(struct doctor_line *line, const struct extra_words *words,
                        void (*ask)(struct doctor_answer *answer))
{
        struct doctor_answer answer;

        if (doctor_probe(ask, &answer, line)) {
                return;
        }
        doctor_number(line, "errno", (uint64_t)answer.error);
        doctor_flag(line, "works", !answer.error && answer.result[EXTRA_SEEN]);
        if (answer.error) {
                doctor_found(line, DOCTOR_ABSENT, "not here: %s", strerror(answer.error));
                doctor_means(line, "%s", words->absent);
        } else if (!answer.result[EXTRA_SEEN]) {
                doctor_found(line, DOCTOR_WEAK,
                             "a lie: the call said yes and did nothing");
                doctor_means(line, "nothing that rests on it can be had");
                doctor_advise(line,
                              "look for an emulator (qemu-user), a seccomp filter, a "
                              "preloaded library");
        } else {
                doctor_found(line, DOCTOR_GOOD, "works");
                doctor_means(line, "%s", words->there);
        }
}

void doctor_secretmem(struct doctor_line *line)
{
        static const struct extra_words words = {
                "memory that the kernel cannot read either; using it switches "
                "hibernation off",
                "not needed; secrets are in ordinary locked memory, which root can read"};

        extra_judge(line, &words, extra_secretmem);
}

void doctor_seal(struct doctor_line *line)
{
        static const struct extra_words words = {
                "mappings can be made so that nobody in the process changes them",
                "not needed; who already runs code in the process can change its guards"};

        extra_judge(line, &words, extra_seal);
}

void doctor_markers(struct doctor_line *line)
{
        static const struct extra_words words = {
                "guards without a mapping of their own: many more secrets can be had",
                "not needed; guards are mappings of their own, and count"};

        extra_judge(line, &words, extra_marker);
}

void doctor_names(struct doctor_line *line)
{
        static const struct extra_words words = {
                "locket audit, and /proc/PID/maps, can show an arena's label",
                "not needed; locket audit finds secrets by the shape of their mappings"};

        extra_judge(line, &words, extra_name);
}
