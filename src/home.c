/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * home.c - the process's own locket: made at first use, found by every call,
 * set right in a forked child.
 *
 * Knows:    where the tables are, which arenas exist.
 * Promises: nothing happens before the first use; a failed start leaves
 *           nothing; a child trusts no lock and no key of its parent's.
 * Tests:    tests/unit/test_home.c, tests/unit/test_fork.c
 */
#include "home.h"

#include <errno.h>

#include "fatal.h"
#include "os.h"
#include "policy.h"
#include "secret.h"
#include "wipe.h"
#include "word.h"

static struct locket_lock locket_home_lock = LOCKET_LOCK_NEW;
static struct locket_home *locket_home_made; /* complete tables, or NULL */
static uint32_t locket_home_forks;      /* 1: the fork handlers are installed */
static uint32_t locket_home_exits;      /* 1: the exit handler is */
static struct locket_home *locket_home_forking; /* whose locks a fork has taken */

/* ------------------------------------------------------------------- fork */

/* What arena ${i}, a shard of handle ${group}, keeps when it has no reserve. */
static void locket_home_keep(struct locket_home *h, uint32_t i, uint32_t group)
{
        h->arena[i].keep_limit = i == group ? LOCKET_KEEP_BYTES
                                            : LOCKET_KEEP_BYTES / LOCKET_SHARDS;
}

/* In a child, alone: no lock has an owner, no page is locked, and no canary
 * may be made with the parent's key. */
static void locket_home_recover(struct locket_home *h)
{
        uint32_t i;

        locket_lock_init(&locket_home_lock);
        locket_lock_init(&h->tables.span_lock);
        h->tables.epoch += h->tables.epoch == UINT32_MAX ? 0u : 1u;
        for (i = 0; i < locket_load(&h->most); i++) {
                locket_lock_init(&h->arena[i].lock);
                if (h->arena[i].used) {
                        locket_arena_forked(&h->arena[i]);
                        locket_home_keep(h, i, h->group[i] - 1);
                }
                if (h->arena[i].used && h->arena[i].policy.layout == LOCKET_COMPACT) {
                        locket_run_open(&h->runs, i); /* what came from before is lost */
                }
        }
        locket_run_forked(&h->runs);
        (void)locket_fork_draw(h->tables.process); /* noted: no key, no secret */
        locket_store(&h->tables.process->state, LOCKET_FORK_ALIVE);
}

/* Before a fork: take every lock, so that no other thread is in the middle of
 * anything.  Which arenas exist cannot change meanwhile. */
static void locket_home_before_fork(void)
{
        struct locket_home *h;
        uint32_t i;

        (void)locket_home_here(); /* this process may be such a child itself */
        locket_lock_take(&locket_home_lock);
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

static void locket_home_in_parent(void)
{
        struct locket_home *h = locket_home_forking;
        uint32_t i;

        if (h != NULL) {
                locket_lock_drop(&h->tables.span_lock);
                for (i = locket_load(&h->most); i > 0; i--) {
                        if (h->arena[i - 1].used) {
                                locket_lock_drop(&h->arena[i - 1].lock);
                        }
                }
        }
        locket_lock_drop(&locket_home_lock);
}

static void locket_home_in_child(void)
{
        struct locket_home *h = locket_home_load(&locket_home_made);

        if (h != NULL) {
                locket_store(&h->tables.process->state, LOCKET_FORK_RECOVERING);
                locket_home_recover(h);
        } else {
                locket_lock_init(&locket_home_lock);
        }
}

/* A child that no handler has seen (clone(2)) finds the process page wiped:
 * the first of its threads to come here sets the tables right. */
static void locket_home_be_alive(struct locket_home *h)
{
        uint32_t *state = &h->tables.process->state;

        while (locket_load(state) != LOCKET_FORK_ALIVE) {
                if (locket_claim(state, LOCKET_FORK_CHILD, LOCKET_FORK_RECOVERING)) {
                        locket_home_recover(h);
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
        int error = locket_range_reserve(&t->range);

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
static int locket_home_key(struct locket_home *h)
{
        struct locket_process *process = h->tables.process;

        locket_lock_take(&locket_home_lock);
        if (process->key_error != 0) {
                (void)locket_fork_draw(process);
        }
        locket_lock_drop(&locket_home_lock);
        return process->key_error;
}

/* Threads that come here at once all make tables, the first to be done has
 * made the process's, and no lock is held that a fork could leave behind. */
int locket_home_start(void)
{
        struct locket_home *h = locket_home_here();
        int error;

        if (h != NULL) {
                return h->tables.process->key_error == 0 ? 0 : locket_home_key(h);
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
        }
        return error;
}

struct locket_home *locket_home_here(void)
{
        struct locket_home *h = locket_home_load(&locket_home_made);

        if (h != NULL && locket_load(&h->tables.process->state) != LOCKET_FORK_ALIVE) {
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
static struct locket_found locket_home_cell(struct locket_home *h, size_t off)
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
        locket_lock_take(&a->lock);
        if (r->run[run].owner == owner && r->of[off / r->page] == run + 1u) {
                found.index = locket_run_cell(r, run, off);
                found.hit = (uint16_t)locket_run_hit(r, found.index, off);
        }
        if (found.hit == LOCKET_HIT_LIVE) {
                found.arena = a;
        } else {
                locket_lock_drop(&a->lock);
        }
        return found;
}

struct locket_found locket_home_find(uintptr_t address)
{
        struct locket_found found = { NULL, LOCKET_NONE, 0, LOCKET_HIT_NOTHING };
        struct locket_home *h = locket_home_here();
        struct locket_tables *t;
        struct locket_arena *a;
        uint32_t span;
        uint32_t owner;

        if (h == NULL) {
                return found;
        }
        t = &h->tables;
        if (locket_load(&h->runs.ready) != 0 && address >= t->range.address &&
            address - t->range.address < t->range.size) {
                found = locket_home_cell(h, address - t->range.address);
                if (found.hit == LOCKET_HIT_LIVE) {
                        return found;
                }
                found.cell = 0;
        }
        span = locket_range_span(&t->range, address);
        owner = span == LOCKET_NONE ? 0 : locket_load(&t->span[span].owner);
        if (owner == 0 || owner > LOCKET_ARENA_COUNT) {
                return found;
        }
        a = &h->arena[owner - 1];
        locket_lock_take(&a->lock);
        if (t->span[span].owner == owner) {
                found = locket_home_at(a, address - t->range.address);
        }
        if (found.hit != LOCKET_HIT_LIVE) {
                found.arena = NULL;
                locket_lock_drop(&a->lock);
        }
        return found;
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
        locket_lock_take(&h->arena[i].lock);
        if (h->arena[i].used == 0) {
                locket_lock_drop(&h->arena[i].lock);
                return NULL;
        }
        return &h->arena[i];
}

static struct locket_verdict locket_home_unlock(struct locket_arena *a)
{
        const struct locket_verdict verdict = { a->found, a->kind, a->at };

        a->found = 0;
        locket_lock_drop(&a->lock);
        return verdict;
}

/* The caller holds no lock. */
static void locket_home_act(struct locket_verdict verdict)
{
        if (verdict.found) {
                locket_fatal(verdict.kind, verdict.at);
        }
}

void locket_home_leave(struct locket_arena *a)
{
        if (a->found == 0) {
                locket_lock_drop(&a->lock); /* the usual case */
        } else {
                locket_home_act(locket_home_unlock(a));
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
        locket_home_keep(h, i, group);
        locket_store(&h->group[i], group + 1);
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

struct locket_arena *locket_home_create(const struct locket_policy *policy, int *error)
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
        *error = locket_os_random(&seed);
        if (*error != 0) {
                return NULL;
        }
        locket_lock_take(&locket_home_lock);
        if (policy->layout == LOCKET_COMPACT && !h->runs.ready) {
                *error = locket_run_tables(&h->runs, &h->tables);
        }
        i = *error == 0 ? locket_home_unused(h) : LOCKET_NONE;
        if (i != LOCKET_NONE) {
                locket_home_unite(h, i);
                locket_store(&h->whole[i], policy->capacity != 0); /* one cap, one account */
                locket_home_begin(h, i, i, policy, seed);
        }
        locket_lock_drop(&locket_home_lock);
        *error = i == LOCKET_NONE ? ENOMEM : 0;
        return i == LOCKET_NONE ? NULL : &h->arena[i];
}

uint32_t locket_home_shard(struct locket_home *h, uint32_t i, uint32_t n)
{
        uint32_t at = n == 0 ? i + 1 : locket_load(&h->shard[i][n]);
        uint64_t seed = 0;

        if (at != 0) {
                return at - 1;
        }
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

/* Lock the arenas of handle ${i}: 1 if one of them has live secrets.  The caller
 * holds locket_home_lock. */
static int locket_home_gather(struct locket_home *h, uint32_t i)
{
        int live = 0;
        uint32_t k;

        for (k = 0; k < h->most; k++) {
                if (h->group[k] == i + 1) {
                        locket_lock_take(&h->arena[k].lock);
                        live |= h->arena[k].live != 0;
                }
        }
        return live;
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
        return error;
}

/* Unlock the arenas of handle ${i}; what has ended is nobody's.  The first
 * violation that was found. */
static struct locket_verdict locket_home_scatter(struct locket_home *h, uint32_t i)
{
        struct locket_verdict first = { 0, LOCKET_METADATA_DAMAGE, 0 };
        uint32_t n;
        uint32_t k;

        for (n = 0; n < LOCKET_SHARDS; n++) {
                const uint32_t at = h->shard[i][n];

                if (at != 0 && h->arena[at - 1].used == 0) {
                        locket_store(&h->shard[i][n], 0);
                }
        }
        for (k = 0; k < h->most; k++) {
                if (h->group[k] == i + 1) {
                        struct locket_verdict verdict;

                        if (h->arena[k].used == 0) {
                                locket_store(&h->group[k], 0);
                        }
                        verdict = locket_home_unlock(&h->arena[k]);
                        first = first.found ? first : verdict;
                }
        }
        return first;
}

int locket_home_destroy(const struct locket_arena *arena)
{
        struct locket_verdict verdict;
        struct locket_home *h = locket_home_here();
        uint32_t i;
        int error;

        if (h == NULL) {
                return EINVAL;
        }
        locket_lock_take(&locket_home_lock);
        i = locket_home_handle(h, arena);
        if (i == LOCKET_NONE || i == 0) {
                locket_lock_drop(&locket_home_lock);
                return EINVAL; /* the default arena has no handle */
        }
        error = locket_home_gather(h, i) ? EBUSY : locket_home_end(h, i);
        verdict = locket_home_scatter(h, i);
        locket_lock_drop(&locket_home_lock);
        locket_home_act(verdict);
        return error;
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
                        any += space ? locket_arena_sweep(a) : 0;
                        *verdict = locket_home_unlock(a);
                }
        }
        return any != 0;
}

/* ----------------------------------------------------------------- wiping */

/* Zero the bytes ${lo} .. ${hi} of a secret, which are open. */
static void locket_home_zero(const struct locket_range *range, size_t lo, size_t hi)
{
        const int error = locket_os_zero(range->base, lo, hi);

        if (error != 0 && error != EFAULT) {
                locket_wipe_range(range->base, lo, hi); /* a kernel without that call */
        }
}

/* Zero the bytes ${lo} .. ${hi} of slot ${s}, which could not be opened: what can be,
 * each page for itself. */
static void locket_home_zero_pages(const struct locket_range *range, const struct locket_slot *s,
                                   size_t lo, size_t hi)
{
        size_t at;

        for (at = s->lo; at < s->hi; at += range->page) {
                const size_t end = at + range->page;

                if (at < hi && lo < end && locket_os_open(range->base, at, end) == 0) {
                        locket_home_zero(range, at < lo ? lo : at, end < hi ? end : hi);
                }
        }
}

/* Give live secret ${i} the access back that its record says.  0, or an errno: then
 * some of its pages may be open. */
static int locket_home_close(const struct locket_tables *t, uint32_t i)
{
        const struct locket_slot *s = &t->slot[i];

        switch (s->access) {
        case LOCKET_NO_ACCESS:
                return locket_os_close(t->range.base, s->lo, s->hi);
        case LOCKET_READ_ONLY:
                return locket_os_read_only(t->range.base, s->lo, s->hi);
        default:
                return 0;
        }
}

/* Zero live secret ${i}; its access mode stays.  Another thread may be about to
 * close or free it: then the kernel says so, instead of a fault, and the other
 * thread's wipe is as good as this one.  0, or an errno: it is not closed. */
static int locket_home_wipe_slot(const struct locket_tables *t, uint32_t i)
{
        const struct locket_runs *r = locket_home_runs();
        const struct locket_slot *s = &t->slot[i];
        const uint32_t run = locket_load(&r->ready) ? locket_run_hint(r, s->lo) : LOCKET_NONE;
        const size_t lo = s->user;
        const size_t hi = s->user + s->size;

        if (lo < s->lo || hi < lo || s->hi < hi) {
                return 0; /* it is being made or ended */
        }
        if (run != LOCKET_NONE) {
                locket_run_wipe(r, t->range.base, run);
                return 0;
        }
        /* Not by locket_pages_access: the record must not change under another
         * thread, and a refusal must not end the process before the other
         * secrets are wiped. */
        if (s->access == LOCKET_READ_WRITE ||
            locket_os_open(t->range.base, s->lo, s->hi) == 0) {
                locket_home_zero(&t->range, lo, hi);
        } else {
                locket_home_zero_pages(&t->range, s, lo, hi);
        }
        return locket_home_close(t, i);
}

/* Live secret ${i} is wiped: its pages have the access that its record says. */
static int locket_home_reclose(const struct locket_tables *t, uint32_t i)
{
        const struct locket_slot *s = &t->slot[i];

        if (s->access != LOCKET_READ_WRITE) {
                locket_os_restore(t->range.base, s->lo, s->hi, s->access);
        }
        return 0;
}

/* Have ${f} done to the live secrets of ${owner}, an arena's index + 1.  0, or an errno
 * of ${f}. */
static int locket_home_each(const struct locket_tables *t, uint32_t owner,
                            int (*f)(const struct locket_tables *, uint32_t))
{
        int error = 0;
        uint32_t span;
        uint32_t k;

        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                const struct locket_slab *slab = &t->slab[span];

                if (locket_load(&t->span[span].owner) != owner || t->span[span].slab != span) {
                        continue;
                }
                for (k = 0; k < slab->used; k++) {
                        if (t->slot[slab->slots + k].state == LOCKET_SLOT_LIVE) {
                                const int refused = f(t, slab->slots + k);

                                error = refused != 0 ? refused : error;
                        }
                }
        }
        return error;
}

/* What was refused is not left half open: it is tried again when all secrets are
 * wiped, since that ends the process if it is refused too. */
void locket_home_wipe(void)
{
        struct locket_home *h = locket_home_load(&locket_home_made);
        int error = 0;
        uint32_t i;

        for (i = 0; h != NULL && i < locket_load(&h->most); i++) {
                if (locket_load(&h->arena[i].used) != 0) {
                        const int refused = locket_home_each(&h->tables, i + 1,
                                                             locket_home_wipe_slot);

                        error = refused != 0 ? refused : error;
                }
        }
        for (i = 0; error != 0 && i < locket_load(&h->most); i++) {
                if (locket_load(&h->arena[i].used) != 0) {
                        (void)locket_home_each(&h->tables, i + 1, locket_home_reclose);
                }
        }
}

/* At exit(3): other threads may go on, so each arena is locked meanwhile; but
 * for one whose lock is never free, because exit(3) was called in the middle
 * of a call, from a signal handler. */
static void locket_home_exit(void)
{
        struct locket_home *h = locket_home_here();
        uint32_t i;

        for (i = 0; h != NULL && i < locket_load(&h->most); i++) {
                uint32_t tries = LOCKET_EXIT_TRIES;
                int locked = locket_lock_try(&h->arena[i].lock);

                while (!locked && tries > 0) {
                        locked = locket_lock_try(&h->arena[i].lock);
                        tries -= 1;
                }
                if (locket_load(&h->arena[i].used) != 0) {
                        (void)locket_home_each(&h->tables, i + 1, locket_home_wipe_slot);
                }
                if (locked) {
                        locket_lock_drop(&h->arena[i].lock);
                }
        }
}
