/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * locket.c - the public interface: the life of a secret.
 *
 *   locket_malloc(n)                       locket_free(p)
 *     1 size     n bytes -> pages            4 slot     address -> slot
 *     8 lock     one owner at a time         8 lock     one owner at a time
 *     3 slab     pages open, locked, zero    5 canary   all slack intact?
 *     5 canary   placed around               6 wipe     every byte
 *     4 slot     FREE -> LIVE                4 slot     LIVE -> QUARANTINED
 *                                            3 slab     ... given back: zero
 *                                            9 fatal    if it was damaged
 *
 * Knows:    what locket.h promises.
 * Promises: errno as it says; no lock is held on the way out.
 * Tests:    tests/unit/test_locket.c, tests/crime, tests/kernel
 */
#include "../include/locket.h"

#include <errno.h>

#include "arena.h"
#include "backing.h"
#include "fatal.h"
#include "home.h"
#include "os.h"
#include "pages.h"
#include "policy.h"
#include "run.h"
#include "secret.h"
#include "shard.h"
#include "size.h"
#include "turn.h"
#include "wipe.h"

/* What hardly ever runs stays out of what always does. */
#if defined(__GNUC__)
#define LOCKET_RARE __attribute__((noinline, cold))
#else
#define LOCKET_RARE
#endif

/* ---------------------------------------------------------------- getting */

/* Give back what all arenas keep, because ${error} was answered to ${a}, which
 * is locked, and so again afterwards.  1 if that may help.  A violation that is
 * found in another arena is found in this one: it is reported on the way out. */
static int locket_make_room(struct locket_arena *a, int error)
{
        struct locket_verdict verdict;
        int any;

        if (error != EAGAIN && error != ENOMEM) {
                return 0;
        }
        locket_turn_end(a);
        any = locket_home_trim(error == ENOMEM, &verdict);
        locket_turn_begin(a);
        if (verdict.found) {
                locket_arena_found(a, verdict.kind, verdict.at);
                return 0;
        }
        return any && a->used != 0; /* another thread may have destroyed it */
}

/* Give back what ${a} itself keeps: runs without a cell in use, too.  1 if there
 * was anything. */
static int locket_make_own_room(struct locket_arena *a)
{
        const int runs = locket_run_trim(locket_home_runs(), a);

        return a->found == 0 ? locket_arena_trim(a) + runs != 0 : 0;
}

/* A slot with ${data} bytes of pages from ${a}, which is locked; or LOCKET_NONE.
 * Before a limit is an answer, what is kept is given back: the arena's own
 * first, then everybody's. */
static uint32_t locket_get_slot(struct locket_arena *a, size_t data)
{
        uint32_t i = locket_arena_get(a, data);

        if (i == LOCKET_NONE && a->found == 0 && locket_make_own_room(a)) {
                i = locket_arena_get(a, data);
        }
        if (i == LOCKET_NONE && a->found == 0 && locket_make_room(a, a->refusal)) {
                i = locket_arena_get(a, data);
        }
        if (i != LOCKET_NONE && a->tables->slot[i].lock_error > 0 &&
            locket_make_room(a, a->tables->slot[i].lock_error)) {
                locket_pages_lock(a, i); /* only preferred, but there is room now */
        }
        if (a->used == 0) {
                a->refusal = EINVAL; /* destroyed meanwhile */
                return LOCKET_NONE;
        }
        if (i != LOCKET_NONE && a->found != 0) {
                locket_arena_return(a, i); /* the caller will not come back for it */
                return LOCKET_NONE;
        }
        return i;
}

/* Set errno; a cap is ENOMEM to the caller. */
static void locket_failed(int error)
{
        errno = error == EDQUOT ? ENOMEM : error;
}

/* A slot for a run of cells of class ${k} in ${a}, which is locked; or LOCKET_NONE and
 * the errno in ${a}->refusal.  A small one, if that is all there is room for; and
 * none, unless ${more}, if what made way for it was a cell of that class. */
static uint32_t locket_get_run_slot(struct locket_arena *a, uint32_t k, int more)
{
        struct locket_runs *runs = locket_home_runs();
        size_t bytes = locket_run_want(runs, a, k);

        for (;;) {
                const uint32_t i = locket_get_slot(a, bytes);

                if (i != LOCKET_NONE || a->found != 0 || a->refusal == EINVAL ||
                    a->refusal == EPERM || bytes <= locket_run_least(a->tables->range.page) ||
                    (!more && locket_run_spare(runs, a, k) > 0)) {
                        return i;
                }
                bytes = bytes / 2u;
        }
}

/* A run that is not one; what is kept makes way for its records.  LOCKET_NONE, with the
 * reason in ${a}. */
static uint32_t locket_get_claim(struct locket_arena *a)
{
        struct locket_runs *runs = locket_home_runs();
        uint32_t run = locket_run_claim(runs, a);

        if (run == LOCKET_NONE && a->found == 0 && locket_make_own_room(a)) {
                run = locket_run_claim(runs, a);
        }
        if (run == LOCKET_NONE && a->found == 0 && locket_make_room(a, ENOMEM)) {
                run = locket_run_claim(runs, a);
        }
        if (run == LOCKET_NONE) {
                a->refusal = a->used == 0 ? EINVAL : ENOMEM;
        }
        return run;
}

/* A new run for such cells.  1; or 0 and the errno in ${a}->refusal. */
static int locket_get_run(struct locket_arena *a, uint32_t k, int more)
{
        struct locket_runs *runs = locket_home_runs();
        const uint32_t run = locket_get_claim(a);
        uint32_t slot;

        if (run == LOCKET_NONE) {
                return 0;
        }
        slot = locket_get_run_slot(a, k, more);
        if (slot == LOCKET_NONE) {
                locket_run_disclaim(runs, run);
                return 0;
        }
        locket_run_make(runs, a, run, slot, k);
        return 1;
}

/* The same as locket_get_cell, no run having a free cell. */
LOCKET_RARE static size_t locket_get_new_cell(struct locket_arena *a, uint32_t k, size_t alignment,
                                              size_t size)
{
        const int made = locket_get_run(a, k, 0);

        if (!made && (a->found != 0 || a->used == 0)) {
                return 0;
        }
        return locket_run_take(locket_home_runs(), a, k, size, alignment);
}

/* A cell of class ${k} for ${size} bytes from ${a}, which is locked: its offset; or 0
 * and the errno in ${a}->refusal, or a violation is found. */
LOCKET_INLINE size_t locket_get_cell(struct locket_arena *a, uint32_t k, size_t alignment, size_t size)
{
        const size_t user = locket_run_take(locket_home_runs(), a, k, size, alignment);

        if (user == 0 && a->found == 0) {
                return locket_get_new_cell(a, k, alignment, size);
        }
        return user;
}

/* A slot for ${size} bytes: the same. */
static size_t locket_get_alone(struct locket_arena *a, size_t alignment, size_t size)
{
        const size_t page = a->tables->range.page;
        uint32_t i;

        if (!locket_size_aligned(alignment, page)) {
                a->refusal = EINVAL;
                return 0;
        }
        a->refusal = ENOMEM;
        if (size > LOCKET_MAX_SIZE) {
                return 0;
        }
        i = locket_get_slot(a, locket_size_data(size, alignment, page));
        if (i == LOCKET_NONE) {
                return 0;
        }
        locket_secret_make(a, i, size, alignment);
        return a->tables->slot[i].user;
}

/* A secret of ${size} bytes from ${a}, which is locked: a cell, if it fits in one
 * and the policy says so, or a slot.  The same. */
LOCKET_INLINE size_t locket_take(struct locket_arena *a, size_t alignment, size_t size)
{
        uint32_t k = LOCKET_NONE;

        if (a->policy.layout == LOCKET_COMPACT) {
                k = locket_cell_class(size, alignment);
        }
        return k != LOCKET_NONE ? locket_get_cell(a, k, alignment, size)
                                : locket_get_alone(a, alignment, size);
}

/* A secret of ${size} bytes from ${a}, which is locked; or NULL and errno.
 * Unlocks it. */
LOCKET_INLINE void *locket_get(struct locket_arena *a, size_t alignment, size_t size)
{
        unsigned char *base = a->tables->range.base;
        const size_t user = locket_take(a, alignment, size);
        const int error = a->refusal;

        locket_home_leave(a);
        if (user == 0) {
                locket_failed(error);
                return NULL;
        }
        return base + user;
}

/* An arena of the default handle, locked; or NULL and errno. */
static struct locket_arena *locket_default(void)
{
        struct locket_home *h = locket_home_here();
        int error = h == NULL ? locket_home_start() : locket_home_key(h);

        if (error == 0) {
                h = h == NULL ? locket_home_here() : h;
                if (locket_policy_lacks(&h->arena[0].policy, &h->tables.range) == 0) {
                        return locket_shard_take(h, 0);
                }
                error = ENOTSUP;
        }
        errno = error;
        return NULL;
}

/* The index of a caller's handle in ${h}, which may be NULL; or LOCKET_NONE and errno.
 * No key, no canaries, no secrets: EIO. */
LOCKET_INLINE uint32_t locket_callers(struct locket_home *h, const struct locket_arena *arena)
{
        const uint32_t i = h == NULL ? LOCKET_NONE : locket_home_handle(h, arena);
        const int error = i == LOCKET_NONE ? EINVAL : locket_home_key(h);

        if (error != 0) {
                errno = error;
                return LOCKET_NONE;
        }
        return i;
}

void *locket_aligned_alloc(size_t alignment, size_t size)
{
        struct locket_arena *a = locket_default();

        return a == NULL ? NULL : locket_get(a, alignment, size);
}

void *locket_malloc(size_t size)
{
        return locket_aligned_alloc(LOCKET_ALIGNMENT, size);
}

void *locket_calloc(size_t count, size_t size)
{
        return locket_malloc(locket_size_product(count, size));
}

void *locket_arena_aligned_alloc(struct locket_arena *arena, size_t alignment, size_t size)
{
        struct locket_home *h = locket_home_here();
        const uint32_t i = locket_callers(h, arena);
        struct locket_arena *a;

        if (i == LOCKET_NONE) {
                return NULL;
        }
        a = locket_shard_take(h, i);
        if (a == NULL) {
                errno = EINVAL; /* destroyed meanwhile */
                return NULL;
        }
        return locket_get(a, alignment, size);
}

void *locket_arena_malloc(struct locket_arena *arena, size_t size)
{
        return locket_arena_aligned_alloc(arena, LOCKET_ALIGNMENT, size);
}

/* ---------------------------------------------------------------- freeing */

/* The live secret at ${ptr}, its arena locked.  Anything else is a violation,
 * and nothing has changed. */
LOCKET_INLINE struct locket_found locket_live(const void *ptr)
{
        struct locket_found found;

        if (locket_home_inside()) {
                locket_fatal_inside((uintptr_t)ptr);
        }
        found = locket_home_find((uintptr_t)ptr);
        switch (found.hit) {
        case LOCKET_HIT_LIVE:
                return found;
        case LOCKET_HIT_FREED:
                locket_fatal(LOCKET_DOUBLE_FREE, (uintptr_t)ptr);
        case LOCKET_HIT_INSIDE:
                locket_fatal(LOCKET_INTERIOR_FREE, (uintptr_t)ptr);
        default:
                locket_fatal(LOCKET_FOREIGN_FREE, (uintptr_t)ptr);
        }
}

/* The end of a secret: check, wipe, put away. */
LOCKET_INLINE void locket_end(struct locket_found s)
{
        if (s.cell) {
                locket_run_drop(locket_home_runs(), s.arena, s.index);
        } else {
                const struct locket_slot *slot = &s.arena->tables->slot[s.index];
                const size_t lo = slot->lo;

                locket_secret_end(s.arena, s.index);
                locket_backing_wiped(&s.arena->policy, &s.arena->tables->range, lo, slot->hi);
        }
}

/* The bytes that its owner asked for. */
static size_t locket_asked(struct locket_found s)
{
        return s.cell ? locket_home_runs()->cell[s.index].size
                      : s.arena->tables->slot[s.index].size;
}

/* The offset of a secret. */
static size_t locket_user(struct locket_found s)
{
        return s.cell ? locket_run_user(locket_home_runs(), s.index)
                      : s.arena->tables->slot[s.index].user;
}

void locket_free(void *ptr)
{
        struct locket_found found;

        if (ptr == NULL) {
                return;
        }
        found = locket_live(ptr);
        locket_end(found);
        locket_home_leave(found.arena);
}

void locket_free_sized(void *ptr, size_t size)
{
        struct locket_found found;
        size_t right;

        if (ptr == NULL) {
                return;
        }
        found = locket_live(ptr);
        right = locket_asked(found);
        locket_end(found);
        if (size != right) {
                locket_arena_found(found.arena, LOCKET_WRONG_SIZE, (uintptr_t)ptr);
        }
        locket_home_leave(found.arena);
}

/* --------------------------------------------------------------- resizing */

/* What tells a live secret from another one that is later in its place. */
static uint64_t locket_mark(struct locket_found s)
{
        return s.cell ? locket_home_runs()->cell[s.index].canary
                      : s.arena->tables->slot[s.index].canary_low;
}

/* 1 if ${s} is still that secret, as its arena was not always locked since. */
static int locket_still(struct locket_found s, uint64_t mark)
{
        const struct locket_runs *runs = locket_home_runs();

        if (locket_mark(s) != mark) {
                return 0;
        }
        if (s.cell) {
                return runs->cell[s.index].state == LOCKET_CELL_LIVE;
        }
        return s.arena->tables->slot[s.index].state == LOCKET_SLOT_LIVE &&
               locket_run_of(runs, s.arena, s.index) == LOCKET_NONE;
}

/* Copy what ${new}, of ${size} bytes, has room for of ${old}; both are open. */
static void locket_copy(struct locket_found old, struct locket_found new, size_t size)
{
        const size_t bytes = locket_asked(old);

        if (!old.cell && !new.cell) {
                locket_secret_move(old.arena, old.index, new.index);
        } else {
                locket_wipe_copy(old.arena->tables->range.base, locket_user(new), locket_user(old),
                                 bytes < size ? bytes : size);
        }
}

/* Move a live secret, which is open, to a place for ${size} bytes.  Its offset.  Or
 * 0, nothing changed; or a violation is found, and then the secret may have ended. */
static size_t locket_move(struct locket_found old, size_t size)
{
        struct locket_arena *a = old.arena;
        const uint64_t mark = locket_mark(old);
        const size_t from = locket_user(old);
        const size_t alignment = old.cell ? locket_home_runs()->cell[old.index].alignment
                                          : a->tables->slot[old.index].alignment;
        const size_t to = locket_take(a, alignment, size);
        const uint32_t seen = locket_turn_look();

        if (to == 0) {
                return 0;
        }
        if (!locket_still(old, mark)) {
                /* another thread has freed it meanwhile */
                locket_arena_found(a, LOCKET_DOUBLE_FREE, a->tables->range.address + from);
                locket_end(locket_home_at(a, to));
                return 0;
        }
        locket_copy(old, locket_home_at(a, to), size);
        if (locket_turn_wiped(seen)) {
                locket_wipe_range(a->tables->range.base, to, to + size); /* one was on its way */
        }
        locket_end(old);
        if (a->found != 0) {
                locket_end(locket_home_at(a, to)); /* the caller will not come back for it */
                return 0;
        }
        return to;
}

/* Give slot ${i} of ${a}, for which locket_secret_stays, ${size} bytes. */
static void locket_stay(struct locket_arena *a, uint32_t i, size_t size)
{
        const uint32_t seen = locket_turn_look();

        locket_secret_resize(a, i, size);
        if (locket_turn_wiped(seen)) {
                locket_turn_calm(); /* whoever zeroed it may have known its old size */
                locket_secret_resize(a, i, size);
        }
}

/* The same for cell ${id}, for which locket_run_stays. */
static void locket_stay_cell(struct locket_arena *a, uint32_t id, size_t size)
{
        struct locket_runs *runs = locket_home_runs();
        const uint32_t seen = locket_turn_look();

        locket_run_resize(runs, a, id, size);
        if (locket_turn_wiped(seen)) {
                locket_turn_calm();
                locket_run_resize(runs, a, id, size);
        }
}

/* Give the cell ${s} ${size} bytes: as locket_resize. */
static size_t locket_resize_cell(struct locket_found s, size_t size)
{
        struct locket_runs *runs = locket_home_runs();
        struct locket_arena *a = s.arena;

        if (a->refusal != 0) {
                return 0;
        }
        if (locket_run_damage(runs, a, s.index) >= 0) {
                locket_run_drop(runs, a, s.index); /* wiped, then reported */
                return 0;
        }
        if (locket_run_stays(runs, a, s.index, size)) {
                locket_stay_cell(a, s.index, size);
                return locket_user(s);
        }
        return locket_move(s, size);
}

/* The same for a slot. */
static size_t locket_resize_slot(struct locket_found s, size_t size)
{
        struct locket_arena *a = s.arena;
        struct locket_tables *t = a->tables;
        const uint32_t i = s.index;
        const int access = t->slot[i].access;
        size_t user;

        if (a->refusal == 0) {
                a->refusal = locket_pages_access(t, i, LOCKET_READ_WRITE);
        }
        if (a->refusal != 0) {
                return 0;
        }
        if (locket_secret_damage(a, i) >= 0) {
                locket_end(s); /* wiped, then reported */
                return 0;
        }
        if (locket_secret_stays(a, i, size)) {
                locket_stay(a, i, size);
                return t->slot[i].user;
        }
        user = locket_move(s, size);
        if (user == 0 && t->slot[i].state == LOCKET_SLOT_LIVE) {
                (void)locket_pages_access(t, i, access); /* as it was: splits nothing */
        }
        return user;
}

/* Give a live secret ${size} bytes, here or elsewhere: its offset.  Or 0 and the errno
 * in its arena's refusal, nothing changed; or a violation is found. */
static size_t locket_resize(struct locket_found s, size_t size)
{
        struct locket_arena *a = s.arena;

        a->refusal = size > LOCKET_MAX_SIZE ? ENOMEM : a->tables->process->key_error;
        return s.cell ? locket_resize_cell(s, size) : locket_resize_slot(s, size);
}

void *locket_realloc(void *ptr, size_t size)
{
        struct locket_found found;
        unsigned char *base;
        size_t user;
        int error;

        if (ptr == NULL) {
                return locket_malloc(size);
        }
        if (size == 0) {
                locket_free(ptr);
                return NULL;
        }
        if (locket_home_start() == EDEADLK) { /* a child without a key tries to get one */
                errno = EDEADLK;
                return NULL;
        }
        found = locket_live(ptr);
        base = found.arena->tables->range.base;
        user = locket_resize(found, size);
        error = found.arena->refusal;
        locket_home_leave(found.arena);
        if (user == 0) {
                locket_failed(error);
                return NULL;
        }
        return base + user;
}

size_t locket_size(const void *ptr)
{
        struct locket_found found;
        size_t size;

        if (locket_home_inside()) {
                errno = EDEADLK;
                return 0;
        }
        found = locket_home_find((uintptr_t)ptr);
        if (found.arena == NULL) {
                errno = EINVAL;
                return 0;
        }
        size = locket_asked(found);
        locket_home_leave(found.arena);
        return size;
}

/* Give the pages of live secret ${i} ${access}.  0, or an errno. */
static int locket_set_access(struct locket_arena *a, uint32_t i, int access)
{
        if (access < LOCKET_NO_ACCESS || access > LOCKET_READ_WRITE) {
                return EINVAL;
        }
        return locket_pages_access(a->tables, i, access);
}

int locket_protect(void *ptr, enum locket_access access)
{
        struct locket_found found;
        int error = EINVAL;

        if (locket_home_inside()) {
                errno = EDEADLK;
                return -1;
        }
        found = locket_home_find((uintptr_t)ptr);
        if (found.arena != NULL && found.cell) {
                error = ENOTSUP; /* others are on its page */
                locket_home_leave(found.arena);
        } else if (found.arena != NULL) {
                error = locket_set_access(found.arena, found.index, (int)access);
                locket_home_leave(found.arena);
        }
        if (error != 0) {
                errno = error;
                return -1;
        }
        return 0;
}

void locket_wipe(void *ptr, size_t size)
{
        if (ptr != NULL) {
                locket_wipe_bytes(ptr, 0, size);
        }
}

int locket_equal(const void *a, const void *b, size_t size)
{
        const unsigned char *x = a;
        const unsigned char *y = b;
        size_t different = 0;
        size_t i;

        if (size != 0 && (x == NULL || y == NULL)) {
                return x == y;
        }
        for (i = 0; i < size; i++) {
                different += x[i] != y[i];
        }
        return different == 0;
}

/* ------------------------------------------------------------ the process */

void locket_wipe_all(void)
{
        locket_home_wipe();
}

locket_violation_fn *locket_on_violation(locket_violation_fn *handler)
{
        return locket_fatal_handler(handler);
}

int locket_harden_process(void)
{
        const int error = locket_os_harden();

        if (error != 0) {
                errno = error;
                return -1;
        }
        return 0;
}

/* ----------------------------------------------------------------- arenas */

void locket_policy_init(struct locket_policy *policy)
{
        if (policy != NULL) {
                locket_policy_default(policy);
        }
}

/* An arena; what is kept makes way for its tables.  Or NULL and an errno. */
static struct locket_arena *locket_create(const struct locket_policy *policy, int *error)
{
        struct locket_arena *a = locket_home_create(policy, error);
        struct locket_verdict verdict;

        if (a == NULL && *error == ENOMEM && locket_home_trim(1, &verdict)) {
                if (verdict.found) {
                        locket_fatal(verdict.kind, verdict.at);
                }
                a = locket_home_create(policy, error);
        }
        return a;
}

struct locket_arena *locket_arena_create(const struct locket_policy *policy)
{
        struct locket_policy defaults;
        struct locket_arena *a = NULL;
        int error;

        locket_policy_default(&defaults);
        if (policy == NULL) {
                policy = &defaults;
        }
        error = locket_policy_check(policy);
        if (error == 0) {
                a = locket_create(policy, &error);
        }
        if (a == NULL) {
                errno = error;
        }
        return a;
}

/* Open and keep slots for ${count} secrets of ${size} bytes in ${a}.  0 or an errno. */
static int locket_reserve_slots(struct locket_arena *a, size_t count, size_t size)
{
        const size_t data = locket_size_data(size, LOCKET_ALIGNMENT, a->tables->range.page);
        int error = locket_arena_reserve_slots(a, count, data);

        if (error != 0 && a->found == 0 && locket_make_own_room(a)) {
                error = locket_arena_reserve_slots(a, count, data);
        }
        if (error != 0 && a->found == 0 && locket_make_room(a, error)) {
                error = locket_arena_reserve_slots(a, count, data);
        }
        return error;
}

/* Have ${want} free cells of class ${k} in ${a}.  1, or 0 and an errno. */
static int locket_open_cells(struct locket_arena *a, size_t want, uint32_t k)
{
        while (locket_run_spare(locket_home_runs(), a, k) < want) {
                if (!locket_get_run(a, k, 1)) {
                        return 0;
                }
        }
        return 1;
}

/* The same for cells.  What the quarantine holds back is a wish. */
static int locket_reserve_cells(struct locket_arena *a, size_t count, uint32_t k)
{
        struct locket_runs *runs = locket_home_runs();
        const size_t spare = a->policy.quarantine < LOCKET_SPARE_MOST ? a->policy.quarantine
                                                                      : LOCKET_SPARE_MOST;
        const size_t want = locket_size_plus(count, spare);
        size_t before;
        int error;

        if (want > (size_t)runs->most * LOCKET_RUN_CELLS) {
                return ENOMEM; /* more than there can be */
        }
        locket_run_try(runs, a);
        before = locket_run_promise(runs, a, k, want);
        if (locket_open_cells(a, want, k)) {
                locket_run_tried(runs, a, 0);
                return 0;
        }
        error = a->refusal;
        if (a->used != 0 && a->found == 0) {
                locket_run_retract(runs, a, k, before);
                if (locket_run_spare(runs, a, k) >= count) {
                        (void)locket_run_promise(runs, a, k, count);
                        locket_run_tried(runs, a, 0);
                        return 0;
                }
                locket_run_tried(runs, a, 1); /* what was opened for nothing */
                (void)locket_make_own_room(a);
        }
        return error;
}

int locket_arena_reserve(struct locket_arena *arena, size_t count, size_t size)
{
        struct locket_home *h = locket_home_here();
        const uint32_t i = locket_callers(h, arena);
        struct locket_arena *a;
        int error = ENOMEM;
        uint32_t k;

        if (i == LOCKET_NONE) {
                return -1;
        }
        a = locket_shard_whole(h, i);
        if (a == NULL) {
                errno = EINVAL; /* destroyed meanwhile */
                return -1;
        }
        k = a->policy.layout == LOCKET_COMPACT ? locket_cell_class(size, LOCKET_ALIGNMENT)
                                               : LOCKET_NONE;
        if (k != LOCKET_NONE) {
                error = locket_reserve_cells(a, count, k);
        } else if (size <= LOCKET_MAX_SIZE) {
                error = locket_reserve_slots(a, count, size);
        }
        locket_home_leave(a);
        if (error != 0) {
                locket_failed(error);
                return -1;
        }
        return 0;
}

int locket_arena_destroy(struct locket_arena *arena)
{
        const int error = locket_home_inside() ? EDEADLK : locket_home_destroy(arena);

        if (error != 0) {
                errno = error;
                return -1;
        }
        return 0;
}

const char *locket_version(void)
{
        return LOCKET_VERSION;
}
