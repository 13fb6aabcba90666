/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fork.c - what the fork tests share.  See fork.h.
 */
#include "fork.h"

#include <dirent.h>

#include "heap.h"
#include "home.h"

size_t fork_size(int which)
{
        static const size_t size[SECRETS] = { 100, 50, 5000, 300000, 0 };

        return size[which];
}

enum locket_access fork_access(int which)
{
        return which == CLOSED ? LOCKET_NO_ACCESS
               : which == READ ? LOCKET_READ_ONLY
                               : LOCKET_READ_WRITE;
}

const char *fork_mode(enum locket_access access)
{
        return access == LOCKET_NO_ACCESS ? "---p" : access == LOCKET_READ_ONLY ? "r--p" : "rw-p";
}

struct locket_arena *fork_arena(enum locket_fork fork)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        locket_policy_init(&policy);
        policy.fork = fork;
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        return arena;
}

void fork_parent(struct parent *p)
{
        void *freed[20];
        int i;

        p->arena = fork_arena(p->fork);
        for (i = 0; i < 20; i++) { /* some places are kept, some in quarantine */
                freed[i] = locket_arena_malloc(p->arena, 40);
                NEED(freed[i] != NULL);
        }
        for (i = 0; i < SECRETS; i++) {
                p->secret[i] = locket_arena_malloc(p->arena, fork_size(i));
                NEED(p->secret[i] != NULL);
                memset(p->secret[i], FORK_PATTERN, fork_size(i));
                SAME(locket_protect(p->secret[i], fork_access(i)), 0);
        }
        p->freed = freed[19];
        for (i = 0; i < 20; i++) {
                locket_free(freed[i]);
        }
        p->def = locket_malloc(64);
        NEED(p->def != NULL);
        memset(p->def, FORK_PATTERN, 64);
        p->key_low = locket_home_here()->tables.process->key_low;
        p->key_high = locket_home_here()->tables.process->key_high;
        p->epoch = locket_home_here()->tables.epoch;
}

int fork_run(enum how how, void (*body)(void *), void *argument)
{
        return how == HOW_RAW ? unit_raw_child(body, argument) : unit_child(body, argument);
}

void fork_intact(struct parent *p)
{
        int i;

        SAME(locket_home_here()->tables.process->key_low, p->key_low);
        SAME(locket_home_here()->tables.process->key_high, p->key_high);
        SAME(locket_home_here()->tables.epoch, p->epoch);
        SAME(locket_validate(), 0);
        for (i = 0; i < SECRETS; i++) {
                SAME(unit_bytes(p->secret[i], fork_size(i), FORK_PATTERN), fork_size(i));
                if (fork_size(i) != 0) {
                        NEED(strcmp(unit_access(p->secret[i]), fork_mode(fork_access(i))) == 0);
                        NEED(unit_flag(p->secret[i], "lo"));
                        SAME(unit_flag(p->secret[i], "dc"), p->fork == LOCKET_FORK_OMIT);
                        SAME(unit_flag(p->secret[i], "wf"), p->fork != LOCKET_FORK_KEEP);
                }
                locket_free(p->secret[i]);
        }
        SAME(unit_bytes(p->def, 64, FORK_PATTERN), 64);
        locket_free(p->def);
        fork_sound();
        SAME(locket_arena_destroy(p->arena), 0);
        fork_sound();
}

void fork_untouched(const struct parent *p)
{
        const int called = p->how == HOW_FORK; /* by the handler */
        int i;

        for (i = 0; i < SECRETS; i++) {
                const unsigned char *s = p->secret[i];

                if (fork_size(i) == 0) {
                        continue;
                }
                switch (p->fork) {
                case LOCKET_FORK_WIPE:
                        NEED(unit_zero(s, fork_size(i)));
                        NEED(!unit_flag(s, "lo"));
                        break;
                case LOCKET_FORK_OMIT:
                        NEED(strcmp(unit_access(s), called ? "---p" : "") == 0);
                        NEED(unit_faults(s, 0));
                        break;
                default:
                        SAME(unit_bytes(s, fork_size(i), FORK_PATTERN), fork_size(i));
                        SAME(unit_flag(s, "lo"), called);
                        NEED(strcmp(unit_access(s), fork_mode(fork_access(i))) == 0);
                        break;
                }
        }
        NEED(unit_zero(p->def, 64));
}

void fork_sound(void)
{
        const char *broken = heap_broken(&locket_home_here()->tables, 1);

        if (broken != NULL) {
                (void)fprintf(stderr, "the tables are broken: %s\n", broken);
        }
        NEED(broken == NULL);
}

void fork_inherited(const struct parent *p, int which)
{
        unsigned char *s = p->secret[which];
        const size_t size = fork_size(which);
        const int kept = p->fork == LOCKET_FORK_KEEP;
        struct locket_report r = { 0 };

        SAME(locket_size(s), size);
        SAME(locket_inspect(s, &r), 0);
        SAME(r.size, size);
        SAME(r.lost, !kept);
        SAME(r.locked.in_force, kept);
        SAME(r.locked.error, 0);
        SAME(r.fork_safe.in_force, 1);
        SAME(r.fork_safe.error, 0);
        SAME(r.access, p->fork == LOCKET_FORK_OMIT ? LOCKET_NO_ACCESS : fork_access(which));
        if (size == 0) {
                return;
        }
        NEED(strcmp(unit_access(s), fork_mode(r.access)) == 0);
        NEED(strcmp(unit_access(s + r.capacity), "---p") == 0); /* the guard above it */
        SAME(unit_flag(s, "lo"), kept);
        NEED(unit_flag(s, "dd"));
        SAME(unit_flag(s, "wf"), !kept);
        SAME(unit_flag(s, "dc"), p->fork == LOCKET_FORK_OMIT);
        SAME(unit_bytes(s, size, kept ? FORK_PATTERN : 0), size);
}

void fork_fresh(const unsigned char *q, size_t size, enum locket_fork fork)
{
        const size_t end = (size + 15) / 16 * 16;
        const size_t pages = (end + 16 + unit_page() - 1) / unit_page();
        const unsigned char *low = q + end - pages * unit_page();
        struct locket_report r = { 0 };
        const unsigned char *at;

        NEED(q != NULL && unit_zero(q, size));
        SAME(locket_inspect(q, &r), 0);
        SAME(r.lost, 0);
        SAME(r.locked.in_force, 1);
        SAME(r.fork_safe.in_force, 1);
        NEED(strcmp(unit_access(low - 1), "---p") == 0);
        NEED(strcmp(unit_access(q + end), "---p") == 0);
        for (at = low; at < q + end; at += unit_page()) {
                NEED(strcmp(unit_access(at), "rw-p") == 0);
                NEED(unit_flag(at, "lo") && unit_flag(at, "dd") && !unit_flag(at, "mg"));
                SAME(unit_flag(at, "wf"), fork != LOCKET_FORK_KEEP);
                SAME(unit_flag(at, "dc"), fork == LOCKET_FORK_OMIT);
        }
}

size_t fork_descriptors(void)
{
        DIR *d = opendir("/proc/self/fd");
        size_t n = 0;

        NEED(d != NULL);
        while (readdir(d) != NULL) {
                n++;
        }
        (void)closedir(d);
        return n;
}
