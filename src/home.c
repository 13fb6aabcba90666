/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * home.c - the process's own locket: made at first use, found by every call,
 * set right in a forked child.
 *
 * Knows:    where the tables are, which arenas exist.
 * Promises: nothing happens before the first use; a failed start leaves
 *           nothing; a child trusts no lock and no key of its parent's.
 * Tests:    tests/unit/test_home.c, tests/unit/test_fork.c, tests/fork
 */
#include "home.h"

#include <errno.h>

#include "backing.h"
#include "child.h"
#include "fatal.h"
#include "os.h"
#include "os_kept.h"
#include "os_seal.h"
#include "place.h"
#include "policy.h"
#include "turn.h"
#include "word.h"

static struct locket_lock locket_home_lock = LOCKET_LOCK_NEW;
static struct locket_home *locket_home_made; /* complete tables, or NULL */
static uint32_t locket_home_forks;      /* 1: the fork handlers are installed */
static uint32_t locket_home_exits;      /* 1: the exit handler is */
static struct locket_home *locket_home_forking; /* whose locks a fork has taken */
static uint32_t locket_home_setter;     /* the process in which a thread sets the tables
                                         * right; 0: none does */
static LOCKET_LOCK_LOCAL int locket_home_took; /* 1: a fork of this thread has */

/* What hardly ever runs stays out of what always does. */
#if defined(__GNUC__)
#define LOCKET_HOME_RARE __attribute__((noinline, cold))
#else
#define LOCKET_HOME_RARE
#endif

/* ------------------------------------------------------------------- fork */

/* What arena ${i}, a shard of handle ${group}, keeps when it has no reserve. */
static void locket_home_keep(struct locket_home *h, uint32_t i, uint32_t group)
{
        h->arena[i].keep_limit = i == group ? LOCKET_KEEP_BYTES
                                            : LOCKET_KEEP_BYTES / LOCKET_SHARDS;
}

static enum locket_child_fate locket_home_fate(const struct locket_home *h, uint32_t i)
{
        return locket_child_fate(&h->arena[i].policy, &h->tables.range,
                                 (int)locket_load(&h->omit_error));
}

/* What a fork has left out is reserved again, before anything else. */
static void locket_home_reserve(struct locket_home *h)
{
        uint32_t i;

        for (i = 0; i < locket_load(&h->most); i++) {
                if (h->arena[i].used && locket_home_fate(h, i) == LOCKET_CHILD_OMITTED) {
                        locket_child_reserve(&h->arena[i]);
                }
        }
}

/* Arena ${i}, with secrets of the process of epoch ${parent}, whose lock was free or
 * the fork's, unless it is ${torn}. */
static void locket_home_revive(struct locket_home *h, uint32_t i, uint32_t parent, int torn)
{
        struct locket_arena *a = &h->arena[i];

        locket_arena_forked(a);
        if (torn) {
                locket_child_distrust(a);
        }
        if (locket_home_fate(h, i) == LOCKET_CHILD_KEPT) {
                locket_child_keep(a, parent, torn);
        }
}

/* The lock of arena ${i} is free, and its pages have the access that their records
 * say, if wipers (${wiped}: there were any) left them open; where there are pages. */
static void locket_home_turn(struct locket_home *h, uint32_t i, int wiped)
{
        if (h->arena[i].used && locket_home_fate(h, i) == LOCKET_CHILD_OMITTED) {
                locket_lock_init(&h->arena[i].lock);
        } else {
                locket_turn_in_child(&h->arena[i], wiped);
        }
}

/* The runs of compact arena ${i}: what came from before is lost, and nothing comes
 * from there any more. */
static void locket_home_cells(struct locket_home *h, uint32_t i, int torn)
{
        locket_run_open(&h->runs, i);
        if (torn) {
                locket_run_distrust(&h->runs, &h->arena[i]);
        }
}

/* The process page of ${h} can be written to, or not.  It is shut whenever there is a
 * key on it and nobody draws another one. */
static void locket_home_write(struct locket_home *h, int on)
{
        struct locket_process *process = h->tables.process;

        if (on) {
                locket_os_table_writable(process, sizeof *process);
        } else {
                locket_os_table_read_only(process, sizeof *process);
        }
}

/* In a child, alone: no lock has an owner, no page is locked, and no canary
 * may be made with the parent's key. */
static void locket_home_recover(struct locket_home *h)
{
        const uint32_t parent = h->tables.epoch;
        const int wiped = locket_turn_alone();
        uint32_t i;

        locket_lock_renew();
        locket_lock_begins(LOCKET_LOCK_REVIVES);
        h->tables.epoch += parent == UINT32_MAX ? 0u : 1u;
        locket_home_reserve(h);
        locket_lock_init(&locket_home_lock);
        locket_lock_init(&h->tables.span_lock);
        for (i = 0; i < locket_load(&h->most); i++) {
                const int torn = locket_lock_held(&h->arena[i].lock);

                locket_home_turn(h, i, wiped);
                if (h->arena[i].used) {
                        locket_home_revive(h, i, parent, torn);
                        locket_home_keep(h, i, h->group[i] - 1);
                }
                if (h->arena[i].used && h->arena[i].policy.layout == LOCKET_COMPACT) {
                        locket_home_cells(h, i, torn);
                }
        }
        locket_run_forked(&h->runs);
        locket_home_write(h, 1);
        (void)locket_fork_draw(h->tables.process); /* noted: no key, no secret */
        locket_fork_adopt(h->tables.process);
        locket_store(&h->tables.process->state, LOCKET_FORK_ALIVE);
        if (h->tables.process->key_error == 0) { /* else whoever tries again writes there */
                locket_home_write(h, 0);
        }
        (void)locket_os_kept_shut(); /* refused: by the next child, or who sets a handler */
        locket_lock_ends(LOCKET_LOCK_REVIVES);
}

/* Before a fork: take every lock, so that no other thread is in the middle of
 * anything.  Which arenas exist cannot change meanwhile.  A signal handler that
 * forks in the middle of a call of its own thread would wait for ever: then the
 * child finds locks that are held, and does not trust what they are for. */
static void locket_home_before_fork(void)
{
        struct locket_home *h;
        uint32_t i;

        if (locket_lock_does(LOCKET_LOCK_HOLDS | LOCKET_LOCK_REVIVES)) {
                return;
        }
        (void)locket_home_here(); /* this process may be such a child itself */
        locket_lock_take(&locket_home_lock);
        locket_home_took = 1;
        h = locket_home_load(&locket_home_made);
        locket_home_forking = h; /* another thread may make them right now */
        for (i = 0; h != NULL && i < locket_load(&h->most); i++) {
                if (h->arena[i].used) {
                        locket_lock_take(&h->arena[i].lock);
                }
        }
        if (h != NULL) {
                locket_lock_take(&h->tables.span_lock);
        }
}

/* Wipers came while every arena was locked: each has a turn, which undoes what
 * they left. */
static void locket_home_calm(struct locket_home *h)
{
        uint32_t i;

        for (i = 0; i < locket_load(&h->most); i++) {
                if (locket_home_arena(&h->arena[i]) != NULL) {
                        locket_turn_end(&h->arena[i]);
                }
        }
}

/* After a fork, in the parent: let go what it has taken.  1 if wipers came
 * meanwhile. */
static int locket_home_let_go(struct locket_home *h)
{
        int disturbed = 0;
        uint32_t i;

        if (h != NULL) {
                locket_lock_drop(&h->tables.span_lock);
                for (i = locket_load(&h->most); i > 0; i--) {
                        if (h->arena[i - 1].used) {
                                disturbed |= locket_turn_in_parent(&h->arena[i - 1]);
                        }
                }
        }
        locket_lock_drop(&locket_home_lock);
        return disturbed;
}

static void locket_home_in_parent(void)
{
        struct locket_home *h = locket_home_forking;

        if (locket_home_took == 0) {
                return;
        }
        locket_home_took = 0;
        if (locket_home_let_go(h)) {
                locket_home_calm(h);
        }
        if (h == NULL) {
                locket_lock_renew(); /* no page tells a child by clone(2) that its number is new */
        }
}

/* The same in the child, whose thread has another number: what was taken is free,
 * and what another thread had is held as it was. */
static void locket_home_inherit(struct locket_home *h)
{
        uint32_t i;

        for (i = 0; h != NULL && i < locket_load(&h->most); i++) {
                if (h->arena[i].used) {
                        locket_lock_clear(&h->arena[i].lock);
                }
        }
        locket_home_took = 0;
}

static void locket_home_in_child(void)
{
        struct locket_home *h = locket_home_load(&locket_home_made);

        if (locket_home_took != 0) {
                locket_home_inherit(locket_home_forking);
        }
        locket_lock_renew();
        if (h != NULL) {
                locket_store(&locket_home_setter, locket_os_process());
                locket_home_recover(h);
                locket_store(&locket_home_setter, 0);
        } else {
                locket_lock_init(&locket_home_lock);
        }
}

/* 1 if the tables are right for this process. */
static int locket_home_alive(const struct locket_home *h)
{
        return locket_load(&h->tables.process->state) == LOCKET_FORK_ALIVE &&
               !locket_fork_stranger(h->tables.process);
}

/* A child that no handler has seen (clone(2)) finds the process page wiped, or
 * another's: the first of its threads to come here sets the tables right.  What a
 * parent says of itself in locket_home_setter says nothing in a child. */
LOCKET_HOME_RARE static void locket_home_be_alive(struct locket_home *h)
{
        const uint32_t me = locket_os_process();

        while (!locket_home_alive(h)) {
                const uint32_t seen = locket_load(&locket_home_setter);

                if (locket_lock_does(LOCKET_LOCK_REVIVES)) {
                        return; /* in a handler above that: locket_home_inside */
                }
                if (seen != me && locket_claim(&locket_home_setter, seen, me)) {
                        if (!locket_home_alive(h)) { /* else another thread was first */
                                locket_home_recover(h);
                        }
                        locket_store(&locket_home_setter, 0);
                }
        }
}

/* ------------------------------------------------------------------ start */

static void locket_home_exit(void);

/* The handlers, once for all: they cannot be taken back, and do nothing
 * before there are tables.  0 or ENOMEM. */
static int locket_home_hook(void)
{
        int error = 0;

        if (locket_claim(&locket_home_forks, 0, 1)) {
                error = locket_os_at_fork(locket_home_before_fork, locket_home_in_parent,
                                          locket_home_in_child);
                if (error != 0) {
                        locket_store(&locket_home_forks, 0);
                }
        }
        if (error == 0 && locket_claim(&locket_home_exits, 0, 1)) {
                error = locket_os_at_exit(locket_home_exit);
                if (error != 0) {
                        locket_store(&locket_home_exits, 0);
                }
        }
        return error;
}

/* Give back what locket_home_fill has got so far. */
static void locket_home_empty(struct locket_home *h)
{
        struct locket_tables *t = &h->tables;

        if (t->process != NULL) {
                t->process->key_low = 0;
                t->process->key_high = 0;
                locket_os_release_table(t->process, sizeof *t->process);
        }
        if (t->slot != NULL) {
                locket_os_release_table(t->slot, t->slot_count * sizeof *t->slot);
        }
        if (h->arena != NULL) {
                locket_os_release_table(h->arena, LOCKET_ARENA_COUNT * sizeof *h->arena);
        }
        if (t->range.base != NULL) {
                locket_os_release(t->range.base, t->range.size); /* never used: all zero */
        }
        locket_os_release_table(h, sizeof *h);
}

/* A table of ${size} bytes that can be read and written; or NULL. */
static void *locket_home_table(size_t size)
{
        void *table = locket_os_table(size);

        if (table != NULL && locket_os_open_table(table, 0, size) != 0) {
                locket_os_release_table(table, size);
                table = NULL;
        }
        return table;
}

/* Fill in fresh tables.  0, or an errno. */
static int locket_home_fill(struct locket_home *h)
{
        struct locket_tables *t = &h->tables;
        struct locket_policy policy;
        uint64_t seed = 0;
        int error = locket_os_kept_shut();

        if (error == 0) {
                error = locket_range_reserve(&t->range);
        }
        if (error != 0) {
                return error;
        }
        t->slot_count = t->range.span_slots * LOCKET_SPAN_COUNT;
        h->arena = locket_home_table(LOCKET_ARENA_COUNT * sizeof *h->arena);
        if (h->arena == NULL) {
                return ENOMEM;
        }
        h->arena_address = (uintptr_t)h->arena;
        t->slot = locket_os_table(t->slot_count * sizeof *t->slot);
        t->process = t->slot == NULL ? NULL : locket_fork_page();
        error = t->process == NULL ? ENOMEM : locket_fork_draw(t->process);
        if (error == 0) {
                error = locket_os_random(&seed);
        }
        if (error == 0) {
                locket_lock_init(&t->span_lock);
                locket_lock_init(&h->arena[0].lock);
                locket_policy_default(&policy);
                locket_arena_begin(&h->arena[0], t, 0, &policy, seed);
                h->arena[0].used = 1;
                h->group[0] = 1;
                h->most = 1;
                locket_store(&t->process->state, LOCKET_FORK_ALIVE);
        }
        return error;
}

/* There was no key when this process was forked: try again.  0 or EIO. */
LOCKET_HOME_RARE static int locket_home_draw(struct locket_home *h)
{
        struct locket_process *process = h->tables.process;

        locket_lock_take(&locket_home_lock);
        if (process->key_error != 0) {
                locket_home_write(h, 1);
                if (locket_fork_draw(process) == 0) {
                        locket_home_write(h, 0);
                }
        }
        locket_lock_drop(&locket_home_lock);
        return process->key_error;
}

/* ${h} is the process's for good.  Whatever of it never changes again is sealed, as far as
 * the kernel does that: what is open as a whole, and the guards of the rest.  The
 * process page is written to in a child, the records are opened bit by bit, and
 * the range is opened and closed: only their ends are sealed. */
static void locket_home_settle(struct locket_home *h)
{
        struct locket_tables *t = &h->tables;

        locket_home_write(h, 0);
        h->sealed = locket_os_seal_table(h, sizeof *h) == 0;
        (void)locket_os_seal_table(h->arena, LOCKET_ARENA_COUNT * sizeof *h->arena);
        (void)locket_os_seal_guards(t->slot, t->slot_count * sizeof *t->slot);
        (void)locket_os_seal_guards(t->process, sizeof *t->process);
        (void)locket_os_seal_guards(t->range.base, t->range.size);
}

/* Have the tables of runs, sealed in the same way.  0 or ENOMEM.  The caller holds
 * locket_home_lock. */
static int locket_home_make_runs(struct locket_home *h)
{
        struct locket_runs *r = &h->runs;
        const size_t pages = h->tables.range.size / h->tables.range.page;
        int error = 0;

        if (r->ready) {
                return 0;
        }
        error = locket_run_tables(r, &h->tables);
        if (error != 0) {
                return error;
        }

        (void)locket_os_seal_table(r->of, pages * sizeof *r->of);
        (void)locket_os_seal_table(r->run, r->most * sizeof *r->run);
        (void)locket_os_seal_table(r->pool, LOCKET_ARENA_COUNT * sizeof *r->pool);
        (void)locket_os_seal_guards(r->cell, (size_t)r->most * LOCKET_RUN_CELLS * sizeof *r->cell);
        return 0;
}

int locket_home_compact(struct locket_home *h)
{
        int error;

        locket_lock_take(&locket_home_lock);
        error = locket_home_make_runs(h);
        locket_lock_drop(&locket_home_lock);
        return error;
}

int locket_home_key(struct locket_home *h)
{
        if (locket_home_inside()) {
                return EDEADLK;
        }
        return h->tables.process->key_error == 0 ? 0 : locket_home_draw(h);
}

/* Threads that come here at once all make tables, the first to be done has
 * made the process's, and no lock is held that a fork could leave behind. */
int locket_home_start(void)
{
        struct locket_home *h = locket_home_here();
        int error;

        if (locket_home_inside()) {
                return EDEADLK;
        }
        if (h != NULL) {
                return locket_home_key(h);
        }
        error = locket_home_hook();
        if (error != 0) {
                return error;
        }
        h = locket_home_table(sizeof *h);
        if (h == NULL) {
                return ENOMEM;
        }
        error = locket_home_fill(h);
        if (error != 0) {
                locket_home_empty(h);
        } else if (!locket_home_claim(&locket_home_made, h)) {
                locket_home_empty(h); /* another thread was first */
        } else {
                locket_home_settle(h);
        }
        return error;
}

int locket_home_inside(void)
{
        if (!locket_lock_does(LOCKET_LOCK_ANYTHING)) {
                return 0;
        }
        (void)locket_home_here(); /* a child that was made inside one is outside */
        return locket_lock_does(LOCKET_LOCK_ANYTHING);
}

struct locket_home *locket_home_here(void)
{
        struct locket_home *h = locket_home_load(&locket_home_made);

        if (h != NULL && !locket_home_alive(h)) {
                locket_home_be_alive(h);
        }
        return h;
}

/* ---------------------------------------------------------------- finding */

struct locket_runs *locket_home_runs(void)
{
        return &locket_home_made->runs; /* who has an arena's lock has seen it */
}

/* What ${off} is to slot ${i} of ${a}, or to a cell there. */
static struct locket_found locket_home_judge(struct locket_arena *a, uint32_t i,
                                             size_t off)
{
        const struct locket_runs *r = locket_home_runs();
        const uint32_t run = locket_run_of(r, a, i);
        struct locket_found found = { a, i, run != LOCKET_NONE, LOCKET_HIT_NOTHING };

        if (found.cell) {
                found.index = locket_run_cell(r, run, off);
                found.hit = (uint16_t)locket_run_hit(r, found.index, off);
        } else {
                found.hit = (uint16_t)locket_slot_judge(&a->tables->slot[i], off);
        }
        return found;
}

struct locket_found locket_home_at(struct locket_arena *a, size_t off)
{
        struct locket_found found = { a, LOCKET_NONE, 0, LOCKET_HIT_NOTHING };
        const struct locket_tables *t = a->tables;
        const uint32_t span = locket_range_span(&t->range, t->range.address + off);
        const struct locket_slab *slab = &t->slab[t->span[span].slab];
        const uint32_t i = locket_slot_guess(off, slab->first, slab->pitch, slab->used);

        if (i != LOCKET_NONE) {
                found = locket_home_judge(a, slab->slots + i, off);
        }
        return found;
}

/* The live cell at offset ${off}, if it is one, by the table of pages: the way of
 * most frees in a compact arena.  Else nothing: then it is to be found out. */
LOCKET_INLINE struct locket_found locket_home_cell(struct locket_home *h, size_t off)
{
        struct locket_found found = { NULL, LOCKET_NONE, 1, LOCKET_HIT_NOTHING };
        const struct locket_runs *r = &h->runs;
        const uint32_t run = locket_run_hint(r, off);
        const uint32_t owner = run == LOCKET_NONE ? 0 : locket_run_owner(r, run);
        struct locket_arena *a;

        if (owner == 0 || owner > LOCKET_ARENA_COUNT) {
                return found;
        }
        a = &h->arena[owner - 1];
        locket_turn_begin(a);
        if (locket_run_owner(r, run) == owner && locket_run_hint(r, off) == run) {
                found.index = locket_run_cell(r, run, off);
                found.hit = (uint16_t)locket_run_hit(r, found.index, off);
        }
        if (found.hit == LOCKET_HIT_LIVE) {
                found.arena = a;
        } else {
                locket_turn_end(a);
        }
        return found;
}

/* What ${address} is, by the span that it is in. */
static struct locket_found locket_home_slot(struct locket_home *h, uintptr_t address)
{
        struct locket_found found = { NULL, LOCKET_NONE, 0, LOCKET_HIT_NOTHING };
        struct locket_tables *t = &h->tables;
        const uint32_t span = locket_range_span(&t->range, address);
        const uint32_t owner = span == LOCKET_NONE ? 0 : locket_load(&t->span[span].owner);
        struct locket_arena *a;

        if (owner == 0 || owner > LOCKET_ARENA_COUNT) {
                return found;
        }
        a = &h->arena[owner - 1];
        locket_turn_begin(a);
        if (locket_load(&t->span[span].owner) == owner) {
                found = locket_home_at(a, address - t->range.address);
        }
        if (found.hit != LOCKET_HIT_LIVE) {
                found.arena = NULL;
                locket_turn_end(a);
        }
        return found;
}

struct locket_found locket_home_find(uintptr_t address)
{
        struct locket_found found = { NULL, LOCKET_NONE, 0, LOCKET_HIT_NOTHING };
        struct locket_home *h = locket_home_here();
        const struct locket_range *range;

        if (h == NULL) {
                return found;
        }
        range = &h->tables.range;
        if (locket_load(&h->runs.ready) != 0 && address >= range->address &&
            address - range->address < range->size) {
                found = locket_home_cell(h, address - range->address);
                if (found.hit == LOCKET_HIT_LIVE) {
                        return found;
                }
        }
        return locket_home_slot(h, address);
}

/* The index of the arena at ${address}, as a number; LOCKET_NONE if none can be
 * there. */
static uint32_t locket_home_index(const struct locket_home *h, uintptr_t address)
{
        uintptr_t from;

        if (address < h->arena_address) {
                return LOCKET_NONE;
        }
        from = address - h->arena_address;
        if (from % sizeof *h->arena != 0 || from / sizeof *h->arena >= LOCKET_ARENA_COUNT) {
                return LOCKET_NONE;
        }
        return (uint32_t)(from / sizeof *h->arena);
}

uint32_t locket_home_handle(const struct locket_home *h, const struct locket_arena *arena)
{
        const uint32_t i = locket_home_index(h, (uintptr_t)arena);

        if (i == LOCKET_NONE || locket_load(&h->arena[i].used) == 0 ||
            locket_load(&h->group[i]) != i + 1) {
                return LOCKET_NONE;
        }
        return i;
}

struct locket_arena *locket_home_arena(const struct locket_arena *arena)
{
        struct locket_home *h = locket_home_here();
        const uint32_t i = h == NULL ? LOCKET_NONE : locket_home_index(h, (uintptr_t)arena);

        if (i == LOCKET_NONE || locket_load(&h->arena[i].used) == 0) {
                return NULL;
        }
        locket_turn_begin(&h->arena[i]);
        if (h->arena[i].used == 0) {
                locket_turn_end(&h->arena[i]);
                return NULL;
        }
        return &h->arena[i];
}

static struct locket_verdict locket_home_unlock(struct locket_arena *a)
{
        const struct locket_verdict verdict = { a->found, a->kind, a->at };

        a->found = 0;
        locket_turn_end(a);
        return verdict;
}

/* The caller holds no lock. */
static void locket_home_act(struct locket_verdict verdict)
{
        if (verdict.found) {
                locket_fatal(verdict.kind, verdict.at);
        }
}

LOCKET_HOME_RARE static void locket_home_report(struct locket_arena *a)
{
        locket_home_act(locket_home_unlock(a));
}

void locket_home_leave(struct locket_arena *a)
{
        if (a->found == 0) {
                locket_turn_end(a); /* the usual case */
        } else {
                locket_home_report(a);
        }
}

/* ----------------------------------------------------------------- arenas */

/* The next unused arena after the last one made, so that the handle of a
 * destroyed arena is not soon another's; among no more than are needed.  The
 * caller holds locket_home_lock. */
static uint32_t locket_home_unused(struct locket_home *h)
{
        const uint32_t window = 64; /* 100 KiB of table */
        uint32_t n;
        uint32_t i;

        for (n = 1; n <= window; n++) {
                i = (h->last + n) % window;
                if (h->arena[i].used == 0) {
                        return i;
                }
        }
        for (i = window; i < LOCKET_ARENA_COUNT; i++) {
                if (h->arena[i].used == 0) {
                        return i;
                }
        }
        return LOCKET_NONE;
}

/* Try whether the kernel can leave pages out of a child, if ${policy} wants it.
 * 0, or the errno that locket_arena_create gives. */
static int locket_home_omits(struct locket_home *h, const struct locket_policy *policy)
{
        const size_t page = h->tables.range.page;
        void *table;
        int error;

        if (policy->fork != LOCKET_FORK_OMIT || policy->fork_safe == LOCKET_OFF) {
                return 0;
        }
        table = locket_os_table(page);
        if (table == NULL) {
                return ENOMEM;
        }
        error = locket_os_omit_on_fork(table, 0, page, 1);
        locket_os_release_table(table, page);
        if (error == ENOMEM) {
                return ENOMEM; /* not lacking, only short now */
        }
        locket_store(&h->omit_error, (uint32_t)error);
        return error != 0 && policy->fork_safe == LOCKET_REQUIRE ? ENOTSUP : 0;
}

/* Begin arena ${i}, unused so far, as a shard of handle ${group}.  A shard beside
 * the handle's own arena keeps its part of LOCKET_KEEP_BYTES.  The caller holds
 * locket_home_lock. */
static void locket_home_begin(struct locket_home *h, uint32_t i, uint32_t group,
                              const struct locket_policy *policy, uint64_t seed)
{
        while (h->most <= i) {
                locket_lock_init(&h->arena[h->most].lock);
                locket_store(&h->most, h->most + 1);
        }
        locket_lock_take(&h->arena[i].lock);
        locket_arena_begin(&h->arena[i], &h->tables, i, policy, seed);
        if (policy->layout == LOCKET_COMPACT) {
                locket_run_open(&h->runs, i);
        }
        h->arena[i].policy.directory = policy->directory; /* ours: path[] */
        locket_home_keep(h, i, group);
        locket_store(&h->group[i], group + 1);
        h->arena[i].wiped_by_fork = locket_home_fate(h, i) != LOCKET_CHILD_COPIED;
        locket_store(&h->arena[i].used, 1);
        h->last = i;
        locket_lock_drop(&h->arena[i].lock);
}

/* Forget the shards of handle ${i} and which threads used them. */
static void locket_home_unite(struct locket_home *h, uint32_t i)
{
        uint32_t n;

        for (n = 0; n < LOCKET_SHARDS; n++) {
                locket_store(&h->shard[i][n], 0);
        }
        for (n = 0; n < LOCKET_CHOICES; n++) {
                locket_store(&h->choice[i][n], 0);
        }
}

/* locket_home_create, for a policy that names nothing of the caller's but a label. */
static struct locket_arena *locket_home_make(const struct locket_policy *policy, char *path,
                                             int *error)
{
        struct locket_home *h;
        uint64_t seed = 0;
        uint32_t i = LOCKET_NONE;

        *error = locket_home_start();
        if (*error != 0) {
                return NULL;
        }
        h = locket_home_here();
        if (locket_policy_lacks(policy, &h->tables.range) != 0) {
                *error = ENOTSUP;
                return NULL;
        }
        *error = locket_home_omits(h, policy);
        if (*error == 0) {
                *error = locket_os_random(&seed);
        }
        if (*error != 0) {
                return NULL;
        }
        locket_lock_take(&locket_home_lock);
        if (policy->layout == LOCKET_COMPACT) {
                *error = locket_home_make_runs(h);
        }
        i = *error == 0 ? locket_home_unused(h) : LOCKET_NONE;
        if (i != LOCKET_NONE) {
                locket_home_unite(h, i);
                locket_store(&h->whole[i], policy->capacity != 0); /* one cap, one account */
                locket_home_begin(h, i, i, policy, seed);
                h->path[i] = path;
        }
        locket_lock_drop(&locket_home_lock);
        *error = i == LOCKET_NONE ? ENOMEM : 0;
        return i == LOCKET_NONE ? NULL : &h->arena[i];
}

/* A copy of the name of the directory of ${policy}, if its pages are files.  0, or an
 * errno. */
static int locket_home_directory(const struct locket_policy *policy, char **path)
{
        *path = NULL;
        return policy->backing == LOCKET_FILE ? locket_os_keep_path(policy->directory, path) : 0;
}

struct locket_arena *locket_home_create(const struct locket_policy *policy, int *error)
{
        struct locket_policy settled = *policy;
        struct locket_arena *a = NULL;
        char *path = NULL;

        locket_policy_settle(&settled);
        *error = locket_home_directory(policy, &path);
        settled.directory = path;
        if (*error == 0) {
                *error = locket_backing_lacks(&settled);
        }
        if (*error == 0) {
                a = locket_home_make(&settled, path, error);
        }
        if (a == NULL && path != NULL) {
                locket_os_drop_path(path);
        }
        return a;
}

/* Shard ${n} of handle ${i} is made now, if another thread was not first. */
LOCKET_HOME_RARE static uint32_t locket_home_new_shard(struct locket_home *h, uint32_t i, uint32_t n)
{
        uint64_t seed = 0;
        uint32_t at;

        if (locket_os_random(&seed) != 0) {
                return LOCKET_NONE;
        }
        locket_lock_take(&locket_home_lock);
        at = h->shard[i][n]; /* another thread may have been first */
        if (at == 0 && h->arena[i].used != 0 && h->group[i] == i + 1) {
                const uint32_t fresh = locket_home_unused(h);

                if (fresh != LOCKET_NONE) {
                        locket_home_begin(h, fresh, i, &h->arena[i].policy, seed);
                        at = fresh + 1;
                        locket_store(&h->shard[i][n], at);
                }
        }
        locket_lock_drop(&locket_home_lock);
        return at == 0 ? LOCKET_NONE : at - 1;
}

uint32_t locket_home_shard(struct locket_home *h, uint32_t i, uint32_t n)
{
        const uint32_t at = n == 0 ? i + 1 : locket_load(&h->shard[i][n]);

        return at != 0 ? at - 1 : locket_home_new_shard(h, i, n);
}

/* Lock the arenas of handle ${i}.  0, EBUSY if one of them has live secrets, or EAGAIN
 * while somebody wipes.  The caller holds locket_home_lock. */
static int locket_home_gather(struct locket_home *h, uint32_t i)
{
        int live = 0;
        int turn = 1;
        uint32_t k;

        for (k = 0; k < h->most; k++) {
                if (h->group[k] == i + 1) {
                        locket_lock_take(&h->arena[k].lock);
                        turn &= locket_turn_now(&h->arena[k]);
                        live |= h->arena[k].live != 0;
                }
        }
        return !turn ? EAGAIN : live ? EBUSY : 0;
}

/* End the arenas of handle ${i}, which are locked and have no live secret; its
 * own last, so that the handle is good until all is done.  0 or ENOMEM. */
static int locket_home_end(struct locket_home *h, uint32_t i)
{
        int error = 0;
        uint32_t k;

        for (k = 0; error == 0 && k < h->most; k++) {
                if (k != i && h->group[k] == i + 1) {
                        locket_run_end(&h->runs, &h->arena[k]);
                        error = locket_arena_end(&h->arena[k]);
                        locket_store(&h->arena[k].used, error != 0);
                }
        }
        if (error == 0) {
                locket_run_end(&h->runs, &h->arena[i]);
                error = locket_arena_end(&h->arena[i]);
                locket_store(&h->arena[i].used, error != 0);
        }
        if (error == 0 && h->path[i] != NULL) {
                locket_os_drop_path(h->path[i]);
                h->path[i] = NULL;
        }
        return error;
}

/* Forget which shards of handle ${i} have ended. */
static void locket_home_forget(struct locket_home *h, uint32_t i)
{
        uint32_t n;

        for (n = 0; n < LOCKET_SHARDS; n++) {
                const uint32_t at = h->shard[i][n];

                if (at != 0 && h->arena[at - 1].used == 0) {
                        locket_store(&h->shard[i][n], 0);
                }
        }
}

/* Unlock the arenas of handle ${i}, without waiting for anybody; what has ended is
 * nobody's.  The first violation that was found goes to ${first}.  1 if wipers came
 * meanwhile. */
static int locket_home_scatter(struct locket_home *h, uint32_t i, struct locket_verdict *first)
{
        int disturbed = 0;
        uint32_t k;

        locket_home_forget(h, i);
        for (k = 0; k < h->most; k++) {
                struct locket_arena *a = &h->arena[k];

                if (h->group[k] != i + 1) {
                        continue;
                }
                if (a->used == 0) {
                        locket_store(&h->group[k], 0);
                }
                if (a->found && !first->found) {
                        *first = (struct locket_verdict){ a->found, a->kind, a->at };
                }
                a->found = 0;
                disturbed |= locket_turn_in_parent(a);
        }
        return disturbed;
}

/* Try to destroy ${arena}.  0, EINVAL, EBUSY or ENOMEM; EAGAIN while somebody wipes. */
static int locket_home_destroy_now(struct locket_home *h, const struct locket_arena *arena,
                                   struct locket_verdict *verdict)
{
        int disturbed;
        uint32_t i;
        int error;

        locket_lock_take(&locket_home_lock);
        i = locket_home_handle(h, arena);
        if (i == LOCKET_NONE || i == 0) {
                locket_lock_drop(&locket_home_lock);
                return EINVAL; /* the default arena has no handle */
        }
        error = locket_home_gather(h, i);
        if (error == 0) {
                error = locket_home_end(h, i);
        }
        disturbed = locket_home_scatter(h, i, verdict);
        locket_lock_drop(&locket_home_lock);
        if (disturbed) {
                locket_home_calm(h);
        }
        return error;
}

int locket_home_destroy(const struct locket_arena *arena)
{
        struct locket_verdict verdict = { 0, LOCKET_METADATA_DAMAGE, 0 };
        struct locket_home *h = locket_home_here();
        int error = EAGAIN;

        while (h != NULL && error == EAGAIN) {
                error = locket_home_destroy_now(h, arena, &verdict);
                if (error == EAGAIN) {
                        locket_turn_calm(); /* without a lock: a handler above the wiper may fork */
                }
        }
        locket_home_act(verdict);
        return h == NULL ? EINVAL : error;
}

/* End the quarantine of ${a} and give back what address space it can do without.  1 if
 * there was any of both: a place that leaves the quarantine can be had without
 * more address space. */
static int locket_home_sweep(struct locket_arena *a)
{
        const uint32_t held = a->quarantine.count;
        const int spans = locket_arena_sweep(a);

        return spans || a->quarantine.count != held;
}

int locket_home_trim(int space, struct locket_verdict *verdict)
{
        const struct locket_verdict none = { 0, LOCKET_METADATA_DAMAGE, 0 };
        struct locket_home *h = locket_home_here();
        int any = 0;
        uint32_t i;

        *verdict = none;
        for (i = 0; h != NULL && i < locket_load(&h->most) && !verdict->found; i++) {
                struct locket_arena *a = locket_home_arena(&h->arena[i]);

                if (a != NULL) {
                        any += locket_run_trim(&h->runs, a);
                        any += locket_arena_trim(a);
                        any += space ? locket_home_sweep(a) : 0;
                        *verdict = locket_home_unlock(a);
                }
        }
        return any != 0;
}

/* ----------------------------------------------------------------- wiping */

/* What was wiped is on the disks of arenas whose pages are files, as far as that
 * can be had: a process that ends now leaves nothing else there. */
static void locket_home_sync(struct locket_home *h)
{
        const struct locket_tables *t = &h->tables;
        uint32_t i;
        uint32_t head;

        for (i = 0; i < locket_load(&h->most); i++) {
                const struct locket_arena *a = &h->arena[i];

                if (locket_load(&a->used) == 0 || a->policy.backing != LOCKET_FILE) {
                        continue;
                }
                for (head = 0; head < LOCKET_SPAN_COUNT; head++) {
                        if (locket_load(&a->used) != 0 && locket_place_head(a, head)) {
                                locket_backing_wiped(&a->policy, &t->range, t->slab[head].first,
                                                     t->slab[head].end);
                        }
                }
        }
}

void locket_home_wipe(void)
{
        struct locket_home *h = locket_home_load(&locket_home_made);
        int error = 0;
        uint32_t i;

        if (h == NULL) {
                return;
        }
        locket_turn_enter();
        for (i = 0; i < locket_load(&h->most); i++) {
                if (locket_load(&h->arena[i].used) != 0 &&
                    (locket_home_fate(h, i) != LOCKET_CHILD_OMITTED || locket_home_alive(h))) {
                        const int refused = locket_turn_wipe(&h->arena[i], &h->runs);

                        error = refused != 0 ? refused : error;
                }
        }
        /* What was refused is not left half open: it is tried again when all are
         * zeroed, since that ends the process if it is refused too. */
        for (i = 0; error != 0 && i < locket_load(&h->most); i++) {
                if (locket_load(&h->arena[i].used) != 0) {
                        locket_turn_close(&h->arena[i]);
                }
        }
        locket_turn_leave();
        locket_home_sync(h);
}

/* At exit(3), when other threads may go on. */
static void locket_home_exit(void)
{
        (void)locket_home_here(); /* this may be a child that nobody has told so */
        locket_home_wipe();
}
