/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * sim.c - the simulated machine, as a sequence sees it (world.h).
 */
#include "sim.h"

#include <string.h>
#include <sys/mman.h>

#include "../include/locket.h"
#include "lib_home.h"
#include "plan.h"
#include "say.h"
#include "world.h"

struct sim sim;

/* ------------------------------------------------------------------ bytes */

SIM_UNSEEN int sim_zero(const unsigned char *b, size_t n)
{
        unsigned char any = 0;
        size_t i;

        for (i = 0; i < n; i++) {
                any |= b[i];
        }
        return any == 0;
}

SIM_UNSEEN void sim_clear(unsigned char *b, size_t n)
{
        size_t i;

        for (i = 0; i < n; i++) {
                b[i] = 0;
        }
}

SIM_UNSEEN void sim_copy(unsigned char *to, const unsigned char *from, size_t n)
{
        size_t i;

        for (i = 0; i < n; i++) {
                to[i] = from[i];
        }
}

uint64_t sim_random(void)
{
        sim.seed ^= sim.seed << 13;
        sim.seed ^= sim.seed >> 7;
        sim.seed ^= sim.seed << 17;
        sim.word[sim.words++ % 8u] = sim.seed;
        return sim.seed;
}

/* ------------------------------------------------------------------ pages */

struct sim_page *sim_page(size_t at)
{
        const size_t i = at / sim.page;
        struct sim_page *p = &sim.pages[i];

        if (!p->touched) {
                p->touched = 1;
                sim.order[sim.touched++] = (uint32_t)i;
        }
        return p;
}

void sim_access(size_t lo, size_t hi, int access)
{
        size_t at;

        for (at = lo; at < hi; at += sim.page) {
                struct sim_page *p = sim_page(at);

                sim.open -= p->access != LOCKET_NO_ACCESS ? sim.page : 0;
                sim.open += access != LOCKET_NO_ACCESS ? sim.page : 0;
                p->access = (uint8_t)access;
        }
        if (access == LOCKET_NO_ACCESS) {
                SIM_POISON(sim.room + lo, hi - lo);
        } else {
                SIM_UNPOISON(sim.room + lo, hi - lo);
        }
}

void sim_lock(size_t lo, size_t hi, int locked)
{
        size_t at;

        for (at = lo; at < hi; at += sim.page) {
                struct sim_page *p = sim_page(at);

                sim.locked += locked && !p->locked ? sim.page : 0;
                sim.locked -= !locked && p->locked ? sim.page : 0;
                p->locked = (uint8_t)locked;
        }
}

/* -------------------------------------------------------- begin and end */

static void *sim_map(size_t space, size_t size)
{
        void *p = mmap(NULL, space, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        MUST(p != MAP_FAILED, "no address space for the simulation");
        SIM_POISON(p, size);
        return p;
}

static void sim_make(void)
{
        unsigned i;

        sim.room = sim_map(SIM_SPACE, SIM_ROOM);
        for (i = 0; i < SIM_TABLES; i++) {
                sim.table[i].room = sim_map(SIM_TABLE_ROOM, SIM_TABLE_ROOM);
        }
}

/* Forget a table, whose bytes are zero the next time. */
static void sim_table_end(struct sim_table *t)
{
        if (t->hi > t->lo) {
                if (t->hi - t->lo > 65536) {
                        (void)madvise(t->room + t->lo / 65536u * 65536u, t->hi - t->lo / 65536u * 65536u,
                                      MADV_DONTNEED);
                } else {
                        sim_clear(t->room + t->lo, t->hi - t->lo);
                }
                SIM_POISON(t->room + t->lo, t->hi - t->lo);
        }
        t->size = t->lo = t->hi = 0;
        t->wiped = 0;
}

void world_begin(const struct record *head)
{
        static const size_t pages[8] = { 4096, 4096, 1024, 1024, 1024, 16384, 4096, 1024 };
        static const size_t limits[8] = { SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, 24, 8, 2, 64 };

        if (sim.room == NULL) {
                sim_make();
        }
        sim.page = pages[head->op % 8u];
        sim.most = sim.page * 8192 * (head->op / 64u == 3 && sim.page <= 4096 ? 32u : 4u);
        sim.lock_limit = limits[head->who % 8u];
        if (sim.lock_limit != SIZE_MAX) {
                sim.lock_limit *= sim.page;
        }
        sim.refused = head->x >= 0xe0 ? head->x % 8u : 0;
        sim.no_zero = head->x >= 0xe0 && head->x / 8u % 2u;
        sim.seed = 0x9e3779b97f4a7c15u + head->y;
        sim.words = 0;
        sim.process = 1;
        sim.before = sim.parent = sim.child = sim.exit = NULL;
}

/* What must hold of a page when nothing is live any more. */
static void sim_page_end(const struct sim_page *p, size_t at, enum world_left left)
{
        if (left == WORLD_LOST) {
                sim_clear(sim.room + at, sim.page);
        }
        MUST(sim_zero(sim.room + at, sim.page), "at the end: bytes that are not zero");
        MUST(left < WORLD_UNLOCKED || !p->locked, "at the end: a page is locked");
        if (left == WORLD_CLOSED) {
                MUST(p->access == LOCKET_NO_ACCESS, "at the end: a page is open");
                MUST(!p->marked, "at the end: a page is marked");
                MUST(!p->own_dump || p->undumped == sim.undumped, "at the end: an odd page (dump)");
                MUST(!p->own_wipe || p->wiped == sim.wiped, "at the end: an odd page (fork)");
                MUST(!p->omitted && !p->absent, "at the end: an odd page (omit)");
        }
}

void world_end(enum world_left left)
{
        static const struct sim_page none;
        size_t i;

        for (i = 0; i < sim.touched; i++) {
                const size_t at = sim.order[i] * sim.page;

                sim_page_end(&sim.pages[sim.order[i]], at, left);
                SIM_POISON(sim.room + at, sim.page);
                sim.pages[sim.order[i]] = none;
        }
        for (i = 0; i < SIM_TABLES; i++) {
                sim_table_end(&sim.table[i]);
        }
        sim.touched = sim.locked = sim.open = sim.reserved = 0;
        sim.lacking = 0;
        sim.undumped = sim.wiped = 0;
        fuzz_home_forget(1);
        fuzz_fatal_forget();
}

/* ----------------------------------------------------------- what is so */

void world_watch(int (*live)(uintptr_t lo, uintptr_t hi))
{
        sim.live = live;
}

size_t world_page(void)
{
        return sim.page;
}

int world_scarce(void)
{
        return 1;
}

size_t world_lock_limit(void)
{
        return sim.lock_limit;
}

int world_lacks(enum world_lack which)
{
        return (int)(sim.lacking >> which & 1u);
}

/* The offset of ${p} in the range; SIZE_MAX: it is not there. */
static size_t sim_offset(const void *p)
{
        const uintptr_t off = (uintptr_t)p - (uintptr_t)sim.room;

        return off < sim.reserved ? off : SIZE_MAX;
}

int world_access(const void *p)
{
        const size_t off = sim_offset(p);

        return off == SIZE_MAX ? LOCKET_NO_ACCESS : sim.pages[off / sim.page].access;
}

int world_peek(const void *p, void *to, size_t size)
{
        const size_t off = sim_offset(p);

        if (off == SIZE_MAX || size > sim.reserved - off) {
                return 0;
        }
        sim_copy(to, sim.room + off, size);
        return 1;
}

int world_poke(void *p, const void *from, size_t size)
{
        const size_t off = sim_offset(p);
        size_t at;

        if (off == SIZE_MAX || size > sim.reserved - off) {
                return 0;
        }
        for (at = off / sim.page * sim.page; at < off + size; at += sim.page) {
                if (sim.pages[at / sim.page].access != LOCKET_READ_WRITE) {
                        return 0;
                }
        }
        sim_copy(sim.room + off, from, size);
        return 1;
}

/* Of the pages of p .. p + size: 1 all, 0 none, or WORLD_SOME, have ${what}. */
static int sim_all(const void *p, size_t size, int (*what)(const struct sim_page *page))
{
        const size_t off = sim_offset(p);
        size_t with = 0;
        size_t without = 0;
        size_t at;

        MUST(off != SIZE_MAX, "a secret is not in the range");
        for (at = off / sim.page * sim.page; at < off + size; at += sim.page) {
                if (what(&sim.pages[at / sim.page])) {
                        with++;
                } else {
                        without++;
                }
        }
        return without == 0 ? 1 : with == 0 ? 0 : WORLD_SOME;
}

static int sim_is_locked(const struct sim_page *p)
{
        return p->locked;
}

static int sim_is_undumped(const struct sim_page *p)
{
        return p->own_dump ? p->undumped : sim.undumped;
}

static int sim_is_wiped(const struct sim_page *p)
{
        return p->own_wipe ? p->wiped : sim.wiped;
}

int world_locked(const void *p, size_t size)
{
        return sim_all(p, size, sim_is_locked);
}

int world_undumped(const void *p, size_t size)
{
        return sim_all(p, size, sim_is_undumped);
}

int world_wiped(const void *p, size_t size)
{
        return sim_all(p, size, sim_is_wiped);
}

size_t world_locked_bytes(void)
{
        return sim.locked;
}

size_t world_open_bytes(void)
{
        return sim.open;
}

size_t world_tables(void)
{
        size_t n = 0;
        unsigned i;

        for (i = 0; i < SIM_TABLES; i++) {
                n += sim.table[i].size != 0;
        }
        return n;
}

/* ------------------------------------------------------------------- fork */

/* A page that a child has not; until it is mapped anew, nothing may be done to it. */
static void sim_omit(size_t at)
{
        static const struct sim_page none = { .touched = 1, .own_dump = 1, .own_wipe = 1, .absent = 1 };

        sim_access(at, at + sim.page, LOCKET_NO_ACCESS);
        sim_clear(sim.room + at, sim.page);
        sim.pages[at / sim.page] = none;
}

/* What the kernel does to the memory of a child. */
static void sim_be_child(void)
{
        size_t i;

        for (i = 0; i < sim.touched; i++) {
                const size_t at = sim.order[i] * sim.page;

                sim_lock(at, at + sim.page, 0);
                if (sim.pages[sim.order[i]].omitted) {
                        sim_omit(at);
                } else if (sim_is_wiped(&sim.pages[sim.order[i]])) {
                        sim_clear(sim.room + at, sim.page);
                }
        }
        for (i = 0; i < SIM_TABLES; i++) {
                if (sim.table[i].wiped) {
                        sim_clear(sim.table[i].room + sim.table[i].lo,
                                  sim.table[i].hi - sim.table[i].lo);
                }
        }
}

int world_tells(void)
{
        unsigned i;
        unsigned tables = 0;

        for (i = 0; i < SIM_TABLES; i++) {
                if (sim.table[i].size != 0) {
                        tables++;
                        if (sim.table[i].wiped) {
                                return 1;
                        }
                }
        }
        return tables == 0;
}

int world_fork(int raw)
{
        if (!raw && sim.before != NULL) {
                sim.before();
        }
        sim_be_child();
        sim.process += 1;
        if (!raw && sim.child != NULL) {
                sim.child();
        }
        return 1;
}

void world_fork_parent(void)
{
        if (sim.before != NULL) {
                sim.before();
                sim.parent();
        }
}

void world_exit(void)
{
        if (sim.exit != NULL) {
                sim.exit();
        }
}
