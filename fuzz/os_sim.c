/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os_sim.c - the border with an operating system that checks what it is asked.
 *
 * Linked instead of src/os_linux.c.  Each function does what its contract in
 * src/os.h says, fails where the contract allows it and the plan wants it, and
 * looks at what the contract requires: pages of ours, every byte zero where it
 * can be reached by others, nothing live given back.
 */
#include "os.h"

#include <errno.h>
#include <string.h>

#include "fatal.h"
#include "../src/os_kept.h"
#include "../src/os_seal.h"
#include "plan.h"
#include "say.h"
#include "sim.h"
#include "world.h"

size_t locket_os_page(void)
{
        return sim.page;
}

/* ------------------------------------------------------------- the range */

unsigned char *locket_os_reserve(size_t size)
{
        MUST(sim.reserved == 0, "reserve: there is a range already");
        if (plan_strike(PLAN_RESERVE) != 0 || size > sim.most) {
                return NULL;
        }
        MUST(size % sim.page == 0 && size <= SIM_SPACE, "reserve: a size that cannot be");
        sim.reserved = size;
        sim.undumped = sim.wiped = 0;
        return sim.room;
}

void locket_os_release(unsigned char *b, size_t size)
{
        MUST(b == sim.room && size == sim.reserved && size != 0, "release: not the whole range");
        MUST(sim.locked == 0 && sim.open == 0, "release: pages in use");
        sim.reserved = 0;
}

/* The range lo .. hi is pages of ours. */
static void os_ours(const unsigned char *b, size_t lo, size_t hi)
{
        MUST(b == sim.room && sim.reserved != 0, "a call on memory that is not ours");
        MUST(lo <= hi && hi <= sim.reserved, "a call beyond the range");
        MUST(hi <= SIM_ROOM && hi / sim.page <= SIM_PAGES, "a range that is too large");
        MUST(lo % sim.page == 0 && hi % sim.page == 0, "a call on a part of a page");
}

/* What is given back is zero, and nobody's. */
static void os_given(size_t lo, size_t hi, const char *what)
{
        MUST(sim_zero(sim.room + lo, hi - lo), what);
        MUST(sim.live == NULL || lo == hi ||
                     !sim.live((uintptr_t)sim.room + lo, (uintptr_t)sim.room + hi),
             "pages of a live secret are given back");
}

void locket_os_join(unsigned char *b, size_t page)
{
        const size_t at = (size_t)(b - sim.room);

        os_ours(sim.room, at, at + page);
}

/* ---------------------------------------------------------------- tables */

static size_t os_round(size_t size)
{
        return (size + sim.page - 1) / sim.page * sim.page;
}

void *locket_os_table(size_t size)
{
        unsigned i;

        if (plan_strike(PLAN_TABLE) != 0) {
                return NULL;
        }
        for (i = 0; i < SIM_TABLES; i++) {
                struct sim_table *t = &sim.table[i];

                if (t->size == 0) {
                        t->size = os_round(size);
                        t->lo = t->hi = 0;
                        MUST(size != 0 && t->size <= SIM_TABLE_ROOM, "table: size");
                        return t->room;
                }
        }
        say_fail(__FILE__, __LINE__, "table: too many");
}

static struct sim_table *os_find(const void *table)
{
        unsigned i;

        for (i = 0; i < SIM_TABLES; i++) {
                if (sim.table[i].size != 0 && sim.table[i].room == table) {
                        return &sim.table[i];
                }
        }
        say_fail(__FILE__, __LINE__, "a call on a table that is not ours");
}

int locket_os_open_table(void *table, size_t lo, size_t hi)
{
        struct sim_table *t = os_find(table);
        const int error = plan_strike(PLAN_OPEN_TABLE);

        lo = lo / sim.page * sim.page;
        hi = os_round(hi);
        MUST(lo <= hi && hi <= t->size, "open_table: beyond it");
        if (error != 0 || lo == hi) {
                return error;
        }
        SIM_UNPOISON(t->room + lo, hi - lo);
        t->lo = t->lo == t->hi || lo < t->lo ? lo : t->lo;
        t->hi = hi > t->hi ? hi : t->hi;
        return 0;
}

int locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi)
{
        return locket_os_open_table(table, lo, hi);
}

int locket_os_wipe_table(void *table, size_t size)
{
        struct sim_table *t = os_find(table);
        const int error = plan_strike(PLAN_WIPE_TABLE);

        MUST(os_round(size) == t->size, "wipe_table: not the whole of it");
        t->wiped = error == 0 && (sim.refused >> WORLD_FORK & 1u) == 0;
        return t->wiped ? 0 : error != 0 ? error : EINVAL;
}

/* A word that was drawn, the key, must not be left in what is given back. */
static void os_no_key(const struct sim_table *t)
{
        size_t at;
        unsigned i;

        for (at = t->lo; at < t->hi && t->hi - t->lo <= 65536; at += sizeof sim.word[0]) {
                uint64_t word;

                sim_copy((unsigned char *)&word, t->room + at, sizeof word);
                for (i = 0; i < sim.words && i < 8; i++) {
                        MUST(word == 0 || word != sim.word[i], "release_table: the key is in it");
                }
        }
}

void locket_os_release_table(void *table, size_t size)
{
        struct sim_table *t = os_find(table);

        MUST(os_round(size) == t->size, "release_table: not the whole of it");
        os_no_key(t);
        sim_clear(t->room + t->lo, t->hi - t->lo);
        SIM_POISON(t->room + t->lo, t->hi - t->lo);
        t->size = t->lo = t->hi = 0;
        t->wiped = 0;
}

/* ---------------------------------------------------------------- access */

/* Give lo .. hi the access; a refusal leaves a part of them changed. */
static int os_change(enum plan_function f, unsigned char *b, size_t lo, size_t hi, int access)
{
        const int error = plan_strike(f);

        os_ours(b, lo, hi);
        sim_access(lo, error == 0 ? hi : lo + (hi - lo) / sim.page / 2 * sim.page, access);
        return error;
}

int locket_os_open(unsigned char *b, size_t lo, size_t hi)
{
        return os_change(PLAN_OPEN, b, lo, hi, LOCKET_READ_WRITE);
}

int locket_os_read_only(unsigned char *b, size_t lo, size_t hi)
{
        return os_change(PLAN_READ_ONLY, b, lo, hi, LOCKET_READ_ONLY);
}

int locket_os_close(unsigned char *b, size_t lo, size_t hi)
{
        return os_change(PLAN_CLOSE, b, lo, hi, LOCKET_NO_ACCESS);
}

void locket_os_restore(unsigned char *b, size_t lo, size_t hi, int access)
{
        os_ours(b, lo, hi);
        sim_access(lo, hi, access);
}

/* ---------------------------------------------------------------- memory */

/* 1 if all pages of lo .. hi can be written. */
static int os_is_open(size_t lo, size_t hi)
{
        size_t at;

        for (at = lo; at < hi; at += sim.page) {
                if (sim.pages[at / sim.page].access != LOCKET_READ_WRITE) {
                        return 0;
                }
        }
        return 1;
}

static int os_is_locked(size_t lo, size_t hi)
{
        size_t at;

        for (at = lo; at < hi; at += sim.page) {
                if (sim.pages[at / sim.page].locked) {
                        return 1;
                }
        }
        return 0;
}

int locket_os_lock(unsigned char *b, size_t lo, size_t hi)
{
        os_given(lo, hi, "lock: bytes that are not zero");
        return locket_os_lock_again(b, lo, hi);
}

int locket_os_lock_again(unsigned char *b, size_t lo, size_t hi)
{
        const int error = plan_strike(PLAN_LOCK);

        os_ours(b, lo, hi);
        MUST(os_is_open(lo, hi), "lock: the pages are not open");
        MUST(!os_is_locked(lo, hi), "lock: they are locked already");
        if (error != 0) {
                return error;
        }
        if (hi - lo > sim.lock_limit || sim.locked > sim.lock_limit - (hi - lo)) {
                return EAGAIN;
        }
        sim_lock(lo, hi, 1);
        return 0;
}

int locket_os_unlock(unsigned char *b, size_t lo, size_t hi)
{
        const int error = plan_strike(PLAN_UNLOCK);

        os_ours(b, lo, hi);
        os_given(lo, hi, "unlock: bytes that are not zero");
        MUST(os_is_locked(lo, hi) || lo == hi, "unlock: the pages are not locked");
        if (error == 0) {
                sim_lock(lo, hi, 0);
        }
        return error;
}

int locket_os_discard(unsigned char *b, size_t lo, size_t hi)
{
        os_ours(b, lo, hi);
        os_given(lo, hi, "discard: bytes that are not zero");
        MUST(!os_is_locked(lo, hi), "discard: the pages are locked");
        return plan_strike(PLAN_DISCARD);
}

int locket_os_zero(unsigned char *b, size_t lo, size_t hi)
{
        const int error = plan_strike(PLAN_ZERO);
        size_t at;

        MUST(b == sim.room && lo <= hi && hi <= sim.reserved, "zero: not ours");
        if (error != 0 || sim.no_zero) {
                return error != 0 ? error : ENOSYS;
        }
        for (at = lo; at < hi;) {
                const size_t next = at / sim.page * sim.page + sim.page;
                const size_t end = next < hi ? next : hi;

                if (sim.pages[at / sim.page].access != LOCKET_READ_WRITE) {
                        return EFAULT;
                }
                sim_clear(b + at, end - at);
                at = end;
        }
        return 0;
}

/* ------------------------------------------------------------ protections */

/* 1 if lo .. hi is the whole range: then ${which} is noted, or its refusal. */
static int os_whole(size_t lo, size_t hi, enum world_lack which, int refused)
{
        if (lo != 0 || hi != sim.reserved) {
                return 0;
        }
        sim.lacking = (sim.lacking & ~(1u << which)) | (refused ? 1u << which : 0u);
        return 1;
}

int locket_os_undump(unsigned char *b, size_t lo, size_t hi, int on)
{
        int error = plan_strike(PLAN_UNDUMP);
        size_t at;

        os_ours(b, lo, hi);
        error = error == 0 && (sim.refused >> WORLD_UNDUMP & 1u) ? EINVAL : error;
        if (os_whole(lo, hi, WORLD_UNDUMP, error != 0)) {
                sim.undumped = on && error == 0;
                return error;
        }
        for (at = lo; at < hi && error == 0; at += sim.page) {
                sim_page(at)->own_dump = 1;
                sim_page(at)->undumped = (uint8_t)on;
        }
        return error;
}

int locket_os_wipe_on_fork(unsigned char *b, size_t lo, size_t hi, int on)
{
        int error = plan_strike(PLAN_WIPE_ON_FORK);
        size_t at;

        os_ours(b, lo, hi);
        error = error == 0 && (sim.refused >> WORLD_FORK & 1u) ? EINVAL : error;
        if (os_whole(lo, hi, WORLD_FORK, error != 0)) {
                sim.wiped = on && error == 0;
                return error;
        }
        for (at = lo; at < hi && error == 0; at += sim.page) {
                sim_page(at)->own_wipe = 1;
                sim_page(at)->wiped = (uint8_t)on;
        }
        return error;
}

int locket_os_omit_on_fork(unsigned char *b, size_t lo, size_t hi, int on)
{
        size_t at;

        if (b != sim.room) { /* a table, on which it is tried */
                return 0;
        }
        os_ours(b, lo, hi);
        for (at = lo; at < hi; at += sim.page) {
                sim_page(at)->omitted = (uint8_t)on;
        }
        return 0;
}

int locket_os_reserve_again(unsigned char *b, size_t lo, size_t hi)
{
        size_t at;

        os_ours(b, lo, hi);
        for (at = lo; at < hi; at += sim.page) {
                MUST(sim_page(at)->absent, "reserve_again: a page is there");
                sim_page(at)->absent = 0;
        }
        return 0;
}

/* No sequence has a policy that asks for what follows. */
int locket_os_secret(unsigned char *b, size_t lo, size_t hi)
{
        (void)b;
        MUST(lo == hi, "secret: nobody asks for it");
        return ENOSYS;
}

int locket_os_file(unsigned char *b, size_t lo, size_t hi, const char *directory)
{
        (void)b;
        (void)directory;
        MUST(lo == hi, "file: nobody asks for it");
        return EROFS;
}

int locket_os_sync(unsigned char *b, size_t lo, size_t hi)
{
        (void)b;
        MUST(lo == hi, "sync: there are no files");
        return EINVAL;
}

int locket_os_plain(unsigned char *b, size_t lo, size_t hi)
{
        (void)b;
        MUST(lo == hi, "plain: all pages are");
        return ENOMEM;
}

int locket_os_try_secret(void)
{
        return ENOSYS;
}

int locket_os_try_file(const char *directory)
{
        (void)directory;
        return EROFS;
}

int locket_os_keep_path(const char *name, char **path)
{
        (void)name;
        *path = NULL;
        return ENOMEM;
}

void locket_os_drop_path(char *path)
{
        MUST(path == NULL, "drop_path: none is kept");
}

int locket_os_unmerge(unsigned char *b, size_t lo, size_t hi)
{
        int error = plan_strike(PLAN_UNMERGE);

        os_ours(b, lo, hi);
        error = error == 0 && (sim.refused >> WORLD_MERGE & 1u) ? ENOTSUP : error;
        (void)os_whole(lo, hi, WORLD_MERGE, error != 0);
        return error;
}

int locket_os_mark(unsigned char *b, size_t lo, size_t hi, int on)
{
        const int error = plan_strike(PLAN_MARK);
        size_t at;

        os_ours(b, lo, hi);
        for (at = lo; at < hi && error == 0; at += sim.page) {
                sim_page(at)->marked = (uint8_t)on;
        }
        return error;
}

void locket_os_small_pages(unsigned char *b, size_t lo, size_t hi)
{
        os_ours(b, lo, hi);
}

void locket_os_name(unsigned char *b, size_t lo, size_t hi, const char *name)
{
        os_ours(b, lo, hi);
        MUST(name == NULL || strlen(name) < LOCKET_LABEL_BYTES, "name: too long");
}

/* ------------------------------------------------------------ the process */

/* There is one thread. */
void locket_os_sleep(const uint32_t *word, uint32_t seen)
{
        MUST(*word != seen, "deadlock: nobody would wake it");
}

void locket_os_wake(const uint32_t *word, int most)
{
        (void)word;
        (void)most;
}

uint32_t locket_os_self(void)
{
        return 1;
}

int locket_os_real_time(void)
{
        return 0;
}

int locket_os_inherit(uint32_t *word)
{
        MUST(*word == 0, "deadlock: nobody would let go of it");
        *word = 1;
        return 0;
}

int locket_os_bequeath(uint32_t *word)
{
        *word = 0;
        return 0;
}

int locket_os_random(uint64_t *word)
{
        const int error = plan_strike(PLAN_RANDOM);

        if (error == 0) {
                *word = sim_random();
        }
        return error;
}

uint32_t locket_os_thread(void)
{
        return 1;
}

uint32_t locket_os_process(void)
{
        return sim.process;
}

int locket_os_at_exit(void (*f)(void))
{
        const int error = plan_strike(PLAN_AT_EXIT);

        if (error == 0) {
                MUST(sim.exit == NULL, "at_exit: twice");
                sim.exit = f;
        }
        return error;
}

int locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
        const int error = plan_strike(PLAN_AT_FORK);

        if (error == 0) {
                MUST(sim.before == NULL, "at_fork: twice");
                sim.before = before;
                sim.parent = parent;
                sim.child = child;
        }
        return error;
}

int locket_os_harden(void)
{
        return plan_strike(PLAN_HARDEN);
}

size_t locket_os_lock_limit(void)
{
        return sim.lock_limit;
}

int locket_os_locked_now(size_t *bytes)
{
        *bytes = sim.locked;
        return plan_strike(PLAN_LOCKED_NOW);
}

int locket_os_mapping_limit(size_t *number)
{
        *number = 65530;
        return plan_strike(PLAN_MAPPING_LIMIT);
}

int locket_os_mappings_now(size_t *number)
{
        *number = 40 + sim.open / sim.page;
        return plan_strike(PLAN_MAPPINGS_NOW);
}

/* Tables are given back when an input ends, so nothing is sealed. */
int locket_os_seal_table(void *table, size_t size)
{
        (void)table;
        (void)size;
        return ENOSYS;
}

int locket_os_seal_guards(void *table, size_t size)
{
        return locket_os_seal_table(table, size);
}

void locket_os_table_read_only(void *table, size_t size)
{
        (void)table;
        (void)size;
}

void locket_os_table_writable(void *table, size_t size)
{
        locket_os_table_read_only(table, size);
}

/* The handler is a variable like any other: it is set for each input. */
static locket_violation_fn *sim_handler;

int locket_os_kept_set(locket_violation_fn *handler, locket_violation_fn **before)
{
        *before = sim_handler;
        sim_handler = handler;
        return 0;
}

locket_violation_fn *locket_os_kept_take(void)
{
        locket_violation_fn *handler = sim_handler;

        sim_handler = NULL;
        return handler;
}

int locket_os_kept_shut(void)
{
        return 0;
}
