/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_page.c - `locket doctor`: what the default policy requires of a page.
 *
 * Knows:    mlock(2), mprotect(2), madvise(2), and how to see what they did.
 * Promises: what a call answers is not believed.  qemu-user, for one, answers
 *           0 to every madvise(2) and does nothing.
 *
 * Calls go through syscall(2), as the library's do: what lies to one of them
 * lies to both.
 */
#include "doctor.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18 /* Linux 4.14 */
#endif

/* An advice that no kernel has. */
#define PAGE_NO_ADVICE 0x7ea5

/* Indexes of an answer. */
enum { PAGE_SEEN, PAGE_BLIND };

static size_t page_size(void)
{
        return (size_t)sysconf(_SC_PAGESIZE);
}

static void page_locked(struct doctor_answer *answer)
{
        unsigned char *page = doctor_page();

        if (!page || syscall(SYS_mlock, page, page_size())) {
                answer->error = errno;
                return;
        }
        answer->result[PAGE_SEEN] = doctor_flag_of(page, "lo");
}

static void page_guarded(struct doctor_answer *answer)
{
        unsigned char *page = doctor_page();
        int status;

        if (!page || syscall(SYS_mprotect, page, page_size(), (long)PROT_NONE)) {
                answer->error = errno;
                return;
        }
        status = doctor_in_child(doctor_touch, page);
        answer->result[PAGE_SEEN] = status < 0 ? -1 : doctor_trapped(status);
}

/* Give an advice; PAGE_BLIND: one that cannot exist is taken as well. */
static unsigned char *page_advised(struct doctor_answer *answer, int advice)
{
        unsigned char *page = doctor_page();

        if (!page || syscall(SYS_madvise, page, page_size(), (long)advice)) {
                answer->error = errno;
                return NULL;
        }
        answer->result[PAGE_BLIND] =
                syscall(SYS_madvise, page, page_size(), (long)PAGE_NO_ADVICE) == 0;
        return page;
}

static void page_undumped(struct doctor_answer *answer)
{
        unsigned char *page = page_advised(answer, MADV_DONTDUMP);

        if (page) {
                answer->result[PAGE_SEEN] = doctor_flag_of(page, "dd");
        }
}

static void page_forked(struct doctor_answer *answer)
{
        unsigned char *page = page_advised(answer, MADV_WIPEONFORK);
        int status;

        if (page) {
                status = doctor_in_child(doctor_touch, page);
                answer->result[PAGE_SEEN] = status < 0 || status > 1 ? -1 : status == 0;
        }
}

static void page_unmerged(struct doctor_answer *answer)
{
        unsigned char *page = page_advised(answer, MADV_UNMERGEABLE);
        int flag;

        if (!page && answer->error == EINVAL) {
                answer->error = 0; /* built without KSM: nothing merges */
                answer->result[PAGE_SEEN] = 1;
        } else if (page) {
                flag = doctor_flag_of(page, "mg");
                answer->result[PAGE_SEEN] = flag < 0 ? -1 : !flag;
        }
}

/* What to say of a protection. */
struct page_words {
        const char *good, *means; /* it is there */
        const char *lie;          /* the call said so, and it is not */
        const char *harm;         /* what then happens to secrets */
        const char *need;         /* what it takes */
};

static void page_judge(struct doctor_line *line, const struct page_words *words,
                       void (*ask)(struct doctor_answer *answer))
{
        struct doctor_answer answer;
        const int killed = doctor_probe(ask, &answer, line);

        if (killed) {
                doctor_killed(line, killed);
                return;
        }
        doctor_number(line, "errno", (uint64_t)answer.error);
        doctor_flag(line, "seen", answer.error ? 0 : answer.result[PAGE_SEEN]);
        doctor_flag(line, "accepts_anything", answer.result[PAGE_BLIND]);
        if (answer.error) {
                doctor_found(line, DOCTOR_UNSAFE, "refused: %s", strerror(answer.error));
                doctor_means(line, "%s", words->harm);
                doctor_advise(line, "%s", words->need);
        } else if (answer.result[PAGE_SEEN] == 0) {
                doctor_found(line, DOCTOR_UNSAFE, "a lie: %s", words->lie);
                doctor_means(line, "%s", words->harm);
                doctor_advise(line, "look for an emulator (qemu-user), a seccomp filter, "
                                    "a preloaded library");
        } else if (answer.result[PAGE_BLIND]) {
                doctor_found(line, DOCTOR_UNSAFE,
                             "an advice that cannot exist is taken, too");
                doctor_means(line, "a yes means nothing here, so the library refuses to "
                                   "make secrets");
                doctor_advise(line, "look for an emulator (qemu-user), a seccomp filter, "
                                    "a preloaded library");
        } else if (answer.result[PAGE_SEEN] < 0) {
                doctor_found(line, DOCTOR_UNKNOWN, "accepted, but it cannot be seen");
                doctor_means(line, "/proc/self/smaps does not say whether it is so");
                doctor_advise(line, "mount /proc to have it confirmed");
        } else {
                doctor_found(line, DOCTOR_GOOD, "%s", words->good);
                doctor_means(line, "%s", words->means);
        }
}

void doctor_locked(struct doctor_line *line)
{
        static const struct page_words words = {
                "works, smaps confirms it (lo)", "a locked page is never written to swap",
                "mlock said yes, but the page is not locked",
                "pages of secrets can be written to swap, where they outlive the process",
                "raise the lock limit, see below"};

        page_judge(line, &words, page_locked);
}

void doctor_guarded(struct doctor_line *line)
{
        static const struct page_words words = {
                "works, a touch ends the process",
                "an overrun into a guard, and any use of a closed secret, faults",
                "mprotect said yes, but the closed page can be read",
                "overruns and late reads go unnoticed",
                "a kernel or emulator without mprotect(2) is no place for secrets"};

        page_judge(line, &words, page_guarded);
}

void doctor_undumped(struct doctor_line *line)
{
        static const struct page_words words = {
                "works, smaps confirms it (dd)",
                "core files, whoever makes them, leave out pages of secrets",
                "madvise said yes, but the page is not marked",
                "a core file would have the secrets in it",
                "Linux 3.4 or later has MADV_DONTDUMP"};

        page_judge(line, &words, page_undumped);
}

void doctor_forked(struct doctor_line *line)
{
        static const struct page_words words = {
                "works, a child saw zeros",
                "a forked child, and what it runs, gets no copy of a secret",
                "madvise said yes, but a child saw the bytes",
                "every child would have a copy of the secrets, unlocked",
                "Linux 4.14 or later has MADV_WIPEONFORK"};

        page_judge(line, &words, page_forked);
}

void doctor_unmerged(struct doctor_line *line)
{
        static const struct page_words words = {
                "works, or nothing is ever merged here",
                "no secret is shared with another process by its contents (KSM)",
                "madvise said yes, but the page may be merged (mg)",
                "who shares the machine can find out what a secret is, by timing",
                "run without PR_SET_MEMORY_MERGE (MemoryKSM= of systemd)"};

        page_judge(line, &words, page_unmerged);
}
