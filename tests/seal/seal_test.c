/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * seal_test.c - an attacker who can make system calls in the process: whatever of
 * locket's mappings never changes again cannot be unmapped, moved, mapped over or
 * opened; and one who can only write cannot change the keys.
 */
#include "../unit/unit.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "home.h"
#include "locket.h"

#ifndef SYS_mseal
#define SYS_mseal 462
#endif

/* 1 where the kernel seals; asked without locket. */
static int kernel_seals(void)
{
        void *p = mmap(NULL, unit_page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        NEED(p != MAP_FAILED);
        return syscall(SYS_mseal, p, unit_page(), 0L) == 0;
}

static void refused(int done)
{
        SAME(done, -1);
        SAME(errno, EPERM);
}

/* Whatever can be done to the page at ${address} by a system call is EPERM. */
static void attack(const void *address)
{
        const size_t page = unit_page();
        unsigned char *p = (unsigned char *)((uintptr_t)address / page * page);

        NEED(unit_flag(p, "sl"));
        refused(mprotect(p, page, PROT_READ | PROT_WRITE | PROT_EXEC));
        refused(mprotect(p, page, PROT_READ));
        refused(munmap(p, page));
        refused(syscall(SYS_mremap, p, page, 2 * page, 1L) == -1 ? -1 : 0); /* may move */
        refused(mmap(p, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
                                MAP_FAILED
                        ? -1
                        : 0);
}

/* A table and its guards. */
static void attack_guards(const void *table, size_t size)
{
        const size_t page = unit_page();
        const unsigned char *b = table;

        attack(b - page);
        attack(b + (size + page - 1) / page * page);
        NEED(strcmp(unit_access(b - page), "---p") == 0);
}

static void attack_table(const void *table, size_t size)
{
        const unsigned char *b = table;

        attack_guards(table, size);
        attack(b);
        attack(b + size / 2);
        attack(b + size - 1);
}

static void attack_all(void)
{
        const struct locket_home *h = locket_home_here();
        const struct locket_tables *t = &h->tables;
        const struct locket_runs *r = &h->runs;
        const size_t pages = t->range.size / t->range.page;

        SAME(h->sealed, 1);
        attack_table(h, sizeof *h);
        attack_table(h->arena, LOCKET_ARENA_COUNT * sizeof *h->arena);
        attack_guards(t->slot, t->slot_count * sizeof *t->slot);
        attack_guards(t->process, sizeof *t->process);
        attack_guards(t->range.base, t->range.size);
        if (r->ready) {
                attack_table(r->of, pages * sizeof *r->of);
                attack_table(r->run, r->most * sizeof *r->run);
                attack_table(r->pool, LOCKET_ARENA_COUNT * sizeof *r->pool);
                attack_guards(r->cell, (size_t)r->most * LOCKET_RUN_CELLS * sizeof *r->cell);
        }
}

/* Both layouts work, from new slabs to what is given back. */
static void use(void)
{
        struct locket_policy policy;
        struct locket_arena *a;
        void *p[40];
        size_t i;

        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        a = locket_arena_create(&policy);
        NEED(a != NULL);
        for (i = 0; i < 40; i++) {
                p[i] = i % 2 ? locket_malloc(1 + i * 3333) : locket_arena_malloc(a, 1 + i * 50);
                NEED(p[i] != NULL);
                memset(p[i], 0x5a, 1 + i * 50);
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < 40; i++) {
                locket_free(p[i]);
        }
        SAME(locket_arena_destroy(a), 0);
}

CASE(sealed)
{
        if (!kernel_seals()) {
                return; /* before Linux 6.10 there is nothing to ask */
        }
        NEED(locket_malloc(10) != NULL);
        attack_all();
        use();
        attack_all();
}

/* ------------------------------------------------------------------- keys */

/* The process page is read-only, and still one that a child finds wiped. */
static void page_is_shut(void)
{
        const struct locket_process *process = locket_home_here()->tables.process;
        volatile unsigned char *key = (unsigned char *)(uintptr_t)&process->key_low;

        NEED(strcmp(unit_access(process), "r--p") == 0);
        NEED(unit_flag(process, "wf"));
        NEED(unit_faults(key, 1) && !unit_faults(key, 0));
        NEED(unit_faults((unsigned char *)(uintptr_t)&process->state, 1));
        NEED(unit_faults((unsigned char *)(uintptr_t)&process->owner, 1));
}

CASE(keys)
{
        NEED(locket_malloc(10) != NULL);
        page_is_shut();
        use();
        page_is_shut();
}

static const volatile void *told;

static void on_fault(int signal, siginfo_t *info, void *context)
{
        (void)signal;
        (void)context;
        _exit(info->si_addr == told ? 0 : 9);
}

static void write_key(void *unused)
{
        struct sigaction action;
        struct locket_process *process;

        (void)unused;
        memset(&action, 0, sizeof action);
        action.sa_sigaction = on_fault;
        action.sa_flags = SA_SIGINFO;
        NEED(locket_malloc(10) != NULL);
        process = locket_home_here()->tables.process;
        told = &process->key_high;
        SAME(sigaction(SIGSEGV, &action, NULL), 0);
        *(volatile uint64_t *)&process->key_high = 1;
        _exit(8);
}

/* The write ends at that very address. */
CASE(where)
{
        SAME(unit_child(write_key, NULL), 0);
}

static uint64_t parents_key;
static int depth;

static void in_child(void *raw)
{
        const struct locket_process *process;

        NEED(locket_malloc(10) != NULL);
        process = locket_home_here()->tables.process;
        NEED(process->key_low != parents_key && process->key_low != 0);
        parents_key = process->key_low;
        page_is_shut();
        if (kernel_seals()) {
                attack_all();
        }
        use();
        if (depth-- > 0) {
                SAME(raw != NULL ? unit_raw_child(in_child, raw) : unit_child(in_child, NULL), 0);
        }
        page_is_shut();
}

/* A child, and its own, however made: fresh keys, shut again; seals are inherited. */
CASE(children)
{
        int raw;

        NEED(locket_malloc(10) != NULL);
        parents_key = locket_home_here()->tables.process->key_low;
        for (raw = 0; raw < 2; raw++) {
                depth = 2;
                SAME(raw ? unit_raw_child(in_child, &raw) : unit_child(in_child, NULL), 0);
        }
        use();
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(sealed),
                cmocka_unit_test(keys),
                cmocka_unit_test(where),
                cmocka_unit_test(children),
        };

        return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
