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
#include "fatal.h"
#include "home.h"
#include "os.h"
#include "pages.h"
#include "policy.h"
#include "secret.h"
#include "shard.h"
#include "size.h"
#include "turn.h"
#include "wipe.h"

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

/* A slot with ${data} bytes of pages from ${a}, which is locked; or LOCKET_NONE.
 * Before a limit is an answer, what is kept is given back: the arena's own
 * first, then everybody's. */
static uint32_t locket_get_slot(struct locket_arena *a, size_t data)
{
        uint32_t i = locket_arena_get(a, data);

        if (i == LOCKET_NONE && a->found == 0 && locket_arena_trim(a)) {
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

/* A secret of ${size} bytes from ${a}, which is locked; or NULL and errno.
 * Unlocks it. */
static void *locket_get(struct locket_arena *a, size_t alignment, size_t size)
{
        const struct locket_range *range = &a->tables->range;
        unsigned char *p = NULL;
        int error = ENOMEM;
        uint32_t i = LOCKET_NONE;

        if (!locket_size_aligned(alignment, range->page)) {
                error = EINVAL;
        } else if (size <= LOCKET_MAX_SIZE) {
                i = locket_get_slot(a, locket_size_data(size, alignment, range->page));
                error = a->refusal;
        }
        if (i != LOCKET_NONE) {
                locket_secret_make(a, i, size, alignment);
                p = range->base + a->tables->slot[i].user;
        }
        locket_home_leave(a);
        if (p == NULL) {
                locket_failed(error);
        }
        return p;
}

/* An arena of the default handle, locked; or NULL and errno. */
static struct locket_arena *locket_default(void)
{
        struct locket_home *h;
        int error = locket_home_start();

        if (error == 0) {
                h = locket_home_here();
                if (locket_policy_lacks(&h->arena[0].policy, &h->tables.range) == 0) {
                        return locket_shard_take(h, 0);
                }
                error = ENOTSUP;
        }
        errno = error;
        return NULL;
}

/* The index of a caller's handle; or LOCKET_NONE and errno.  No key, no
 * canaries, no secrets: EIO. */
static uint32_t locket_callers(const struct locket_arena *arena)
{
        struct locket_home *h = locket_home_here();
        const uint32_t i = h == NULL ? LOCKET_NONE : locket_home_handle(h, arena);
        int error = EINVAL;

        if (i != LOCKET_NONE) {
                error = locket_home_start();
        }
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
        const uint32_t i = locket_callers(arena);
        struct locket_arena *a;

        if (i == LOCKET_NONE) {
                return NULL;
        }
        a = locket_shard_take(locket_home_here(), i);
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
static struct locket_found locket_live(const void *ptr)
{
        const struct locket_found found = locket_home_find((uintptr_t)ptr);

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

void locket_free(void *ptr)
{
        struct locket_found found;

        if (ptr == NULL) {
                return;
        }
        found = locket_live(ptr);
        locket_secret_end(found.arena, found.slot);
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
        right = found.arena->tables->slot[found.slot].size;
        locket_secret_end(found.arena, found.slot);
        if (size != right) {
                locket_arena_found(found.arena, LOCKET_WRONG_SIZE, (uintptr_t)ptr);
        }
        locket_home_leave(found.arena);
}

/* --------------------------------------------------------------- resizing */

/* Move live secret ${i} of ${a}, which is open, to a place for ${size} bytes.
 * The new place; or LOCKET_NONE, nothing changed. */
static uint32_t locket_move(struct locket_arena *a, uint32_t i, size_t size)
{
        const size_t user = a->tables->slot[i].user;
        const size_t alignment = a->tables->slot[i].alignment;
        const size_t data = locket_size_data(size, alignment, a->tables->range.page);
        const uint32_t to = locket_get_slot(a, data);
        const uint32_t seen = locket_turn_look();

        if (to == LOCKET_NONE) {
                return LOCKET_NONE;
        }
        if (a->tables->slot[i].state != LOCKET_SLOT_LIVE || a->tables->slot[i].user != user) {
                /* another thread has freed it meanwhile */
                locket_arena_found(a, LOCKET_DOUBLE_FREE, a->tables->range.address + user);
                locket_arena_return(a, to);
                return LOCKET_NONE;
        }
        locket_secret_make(a, to, size, alignment);
        locket_secret_move(a, i, to);
        if (locket_turn_wiped(seen)) {
                locket_wipe_range(a->tables->range.base, a->tables->slot[to].user,
                                  a->tables->slot[to].user + size); /* one was on its way */
        }
        locket_secret_end(a, i);
        return to;
}

/* Give live secret ${i} of ${a}, for which locket_secret_stays, ${size} bytes. */
static void locket_stay(struct locket_arena *a, uint32_t i, size_t size)
{
        const uint32_t seen = locket_turn_look();

        locket_secret_resize(a, i, size);
        if (locket_turn_wiped(seen)) {
                locket_turn_calm(); /* whoever zeroed it may have known its old size */
                locket_secret_resize(a, i, size);
        }
}

/* Give live secret ${i} of ${a} ${size} bytes, here or elsewhere.  Its place; or
 * LOCKET_NONE and the errno in ${a}->refusal, nothing changed; or a violation
 * is found. */
static uint32_t locket_resize(struct locket_arena *a, uint32_t i, size_t size)
{
        struct locket_tables *t = a->tables;
        const int access = t->slot[i].access;
        uint32_t to;

        a->refusal = size > LOCKET_MAX_SIZE ? ENOMEM : t->process->key_error;
        if (a->refusal == 0) {
                a->refusal = locket_pages_access(t, i, LOCKET_READ_WRITE);
        }
        if (a->refusal != 0) {
                return LOCKET_NONE;
        }
        if (locket_secret_damage(a, i) >= 0) {
                locket_secret_end(a, i); /* wiped, then reported */
                return LOCKET_NONE;
        }
        if (locket_secret_stays(a, i, size)) {
                locket_stay(a, i, size);
                return i;
        }
        to = locket_move(a, i, size);
        if (to == LOCKET_NONE && t->slot[i].state == LOCKET_SLOT_LIVE) {
                (void)locket_pages_access(t, i, access); /* as it was: splits nothing */
        }
        return to;
}

void *locket_realloc(void *ptr, size_t size)
{
        struct locket_found found;
        struct locket_arena *a;
        uint32_t i;
        int error;

        if (ptr == NULL) {
                return locket_malloc(size);
        }
        if (size == 0) {
                locket_free(ptr);
                return NULL;
        }
        (void)locket_home_start(); /* a child without a key tries to get one */
        found = locket_live(ptr);
        a = found.arena;
        i = locket_resize(a, found.slot, size);
        error = a->refusal;
        if (i != LOCKET_NONE) {
                ptr = a->tables->range.base + a->tables->slot[i].user;
        }
        locket_home_leave(a);
        if (i == LOCKET_NONE) {
                locket_failed(error);
                return NULL;
        }
        return ptr;
}

size_t locket_size(const void *ptr)
{
        const struct locket_found found = locket_home_find((uintptr_t)ptr);
        size_t size;

        if (found.arena == NULL) {
                errno = EINVAL;
                return 0;
        }
        size = found.arena->tables->slot[found.slot].size;
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
        const struct locket_found found = locket_home_find((uintptr_t)ptr);
        int error = EINVAL;

        if (found.arena != NULL) {
                error = locket_set_access(found.arena, found.slot, (int)access);
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
                a = locket_home_create(policy, &error);
        }
        if (a == NULL) {
                errno = error;
        }
        return a;
}

int locket_arena_reserve(struct locket_arena *arena, size_t count, size_t size)
{
        const uint32_t i = locket_callers(arena);
        struct locket_arena *a;
        int error = ENOMEM;
        size_t data;

        if (i == LOCKET_NONE) {
                return -1;
        }
        a = locket_shard_whole(locket_home_here(), i);
        if (a == NULL) {
                errno = EINVAL; /* destroyed meanwhile */
                return -1;
        }
        if (size <= LOCKET_MAX_SIZE) {
                data = locket_size_data(size, LOCKET_ALIGNMENT, a->tables->range.page);
                error = locket_arena_reserve_slots(a, count, data);
                if (error != 0 && a->found == 0 && locket_arena_trim(a)) {
                        error = locket_arena_reserve_slots(a, count, data);
                }
                if (error != 0 && a->found == 0 && locket_make_room(a, error)) {
                        error = locket_arena_reserve_slots(a, count, data);
                }
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
        const int error = locket_home_destroy(arena);

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
