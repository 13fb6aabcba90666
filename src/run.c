/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * run.c - the secrets of a compact arena: cells in runs.
 *
 * Knows:    the bytes of cells.
 * Promises: a cell that is not LIVE is zero, or that is found before it is
 *           handed out and before its pages are; the wipe comes before the
 *           verdict.
 * Proved:   the small steps (proofs/unproved).   Tests: tests/unit/test_run.c,
 *           tests/crime
 */
#include "run.h"

#include <errno.h>

#include "canary.h"
#include "os.h"
#include "secret.h"
#include "size.h"
#include "wipe.h"
#include "word.h"

/* What hardly ever runs stays out of what always does. */
#if defined(__GNUC__)
#define LOCKET_RUN_RARE __attribute__((noinline, cold))
#else
#define LOCKET_RUN_RARE
#endif

/* ----------------------------------------------------------------- tables */

uint32_t locket_run_most(const struct locket_tables *t)
{
        return t->slot_count / LOCKET_RUN_SLOTS + 64u;
}

static void locket_run_release(struct locket_runs *r, const struct locket_tables *t)
{
        const size_t pages = t->range.size / t->range.page;
        const uint32_t most = locket_run_most(t);

        if (r->of != NULL) {
                locket_os_release_table(r->of, pages * sizeof *r->of);
        }
        if (r->run != NULL) {
                locket_os_release_table(r->run, most * sizeof *r->run);
        }
        if (r->pool != NULL) {
                locket_os_release_table(r->pool, LOCKET_ARENA_COUNT * sizeof *r->pool);
        }
        if (r->cell != NULL) {
                locket_os_release_table(r->cell, (size_t)most * LOCKET_RUN_CELLS * sizeof *r->cell);
        }
        r->of = NULL;
        r->run = NULL;
        r->pool = NULL;
        r->cell = NULL;
}

int locket_run_tables(struct locket_runs *r, const struct locket_tables *t)
{
        const size_t pages = t->range.size / t->range.page;
        const uint32_t most = locket_run_most(t);
        int error = ENOMEM;

        r->of = locket_os_table(pages * sizeof *r->of);
        r->run = locket_os_table(most * sizeof *r->run);
        r->pool = locket_os_table(LOCKET_ARENA_COUNT * sizeof *r->pool);
        r->cell = locket_os_table((size_t)most * LOCKET_RUN_CELLS * sizeof *r->cell);
        if (r->of != NULL && r->run != NULL && r->pool != NULL && r->cell != NULL) {
                error = locket_os_open_table(r->of, 0, pages * sizeof *r->of);
        }
        if (error == 0) {
                error = locket_os_open_table(r->run, 0, most * sizeof *r->run);
        }
        if (error == 0) {
                error = locket_os_open_table(r->pool, 0, LOCKET_ARENA_COUNT * sizeof *r->pool);
        }
        if (error != 0) {
                locket_run_release(r, t);
                return error;
        }
        r->most = most;
        r->page = t->range.page;
        r->page_bits = 0;
        while ((r->page >> r->page_bits) > 1) {
                r->page_bits += 1u;
        }
        locket_store(&r->ready, 1);
        return 0;
}

/* Nothing of ${pool} comes from before: no free cell, no quarantine, no word. */
/*@ requires valid: \valid(pool);
    terminates \true;
    exits      \false;
    assigns    pool->spared, pool->dice_left, pool->head, pool->tail, pool->held, pool->last,
               pool->idle, pool->shelf[0 .. LOCKET_CELL_CLASSES - 1];
    ensures word:  pool->spared == 0 && pool->dice_left == 0;
    ensures held:  pool->held == 0 && pool->head == LOCKET_NONE && pool->tail == LOCKET_NONE;
    ensures idle:  pool->idle == 0;
*/
static void locket_run_reset(struct locket_pool *pool)
{
        const struct locket_shelf empty = { LOCKET_NONE, 0, 0, 0 };
        uint32_t k;

        pool->spared = 0;
        pool->dice_left = 0;
        pool->head = LOCKET_NONE;
        pool->tail = LOCKET_NONE;
        pool->held = 0;
        pool->last = 0;
        pool->idle = 0;
        /*@ loop invariant range: 0 <= k <= LOCKET_CELL_CLASSES;
            loop assigns k, pool->shelf[0 .. LOCKET_CELL_CLASSES - 1];
            loop variant LOCKET_CELL_CLASSES - k;
        */
        for (k = 0; k < LOCKET_CELL_CLASSES; k++) {
                pool->shelf[k] = empty;
        }
}

void locket_run_open(struct locket_runs *r, uint32_t index)
{
        locket_run_reset(&r->pool[index]);
}

void locket_run_forked(struct locket_runs *r)
{
        const uint32_t used = locket_load(&r->used);
        uint32_t i;

        for (i = 0; i < used; i++) {
                r->run[i].held = 0;
                r->run[i].listed = 0;
        }
}

/* ------------------------------------------------------------ small parts */

/* The records of the cells of ${run}. */
/*@ requires valid: \valid_read(r);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == r->cell + run * LOCKET_RUN_CELLS;
*/
static struct locket_cell *locket_run_cells(const struct locket_runs *r, uint32_t run)
{
        return &r->cell[(size_t)run * LOCKET_RUN_CELLS];
}

/* The run of cell ${id}. */
/*@ requires valid: \valid_read(r);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == r->run + id / LOCKET_RUN_CELLS;
*/
static struct locket_run *locket_run_at(const struct locket_runs *r, uint32_t id)
{
        return &r->run[id / LOCKET_RUN_CELLS];
}

/* Bytes of pages of ${run}. */
/*@ requires valid: \valid_read(run) && \valid_read(a) && \valid_read(a->tables) &&
                    \valid_read(a->tables->slot + run->slot);
    requires slot:  a->tables->slot[run->slot].lo <= a->tables->slot[run->slot].hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == a->tables->slot[run->slot].hi - a->tables->slot[run->slot].lo;
*/
static size_t locket_run_bytes(const struct locket_run *run, const struct locket_arena *a)
{
        const struct locket_slot *s = &a->tables->slot[run->slot];

        return s->hi - s->lo;
}

/* 1 if nothing of ${run} is in use. */
/*@ requires valid: \valid_read(run);
    requires count: run->live + run->held <= LOCKET_RUN_CELLS;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == (run->live == 0 && run->held == 0 ? 1 : 0);
*/
static int locket_run_idle(const struct locket_run *run)
{
        return run->live + run->held == 0;
}

/* 1 if ${run} is a parent's: not locked here. */
/*@ requires valid: \valid_read(run) && \valid_read(a) && \valid_read(a->tables);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == (run->epoch != a->tables->epoch ? 1 : 0);
*/
static int locket_run_stale(const struct locket_run *run, const struct locket_arena *a)
{
        return run->epoch != a->tables->epoch;
}

/* 1 if the kernel wiped ${run} when this process was forked. */
/*@ requires valid: \valid_read(run) && \valid_read(a) && \valid_read(a->tables);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result ==
                     (run->epoch != a->tables->epoch && a->wiped_by_fork != 0 ? 1 : 0);
*/
static int locket_run_lost(const struct locket_run *run, const struct locket_arena *a)
{
        return locket_run_stale(run, a) && a->wiped_by_fork;
}

uint32_t locket_run_hint(const struct locket_runs *r, size_t off)
{
        const uint32_t run = locket_load(&r->of[off >> r->page_bits]);

        return run == 0 ? LOCKET_NONE : run - 1u;
}

uint32_t locket_run_owner(const struct locket_runs *r, uint32_t run)
{
        return locket_load(&r->run[run].owner);
}

uint32_t locket_run_of(const struct locket_runs *r, const struct locket_arena *a, uint32_t slot)
{
        return a->policy.layout == LOCKET_COMPACT
                       ? locket_run_hint(r, a->tables->slot[slot].lo)
                       : LOCKET_NONE;
}

/* The pages of slot ${s} are of run ${i}; LOCKET_NONE: of none. */
static void locket_run_mark(struct locket_runs *r, const struct locket_slot *s, uint32_t i)
{
        size_t page;

        for (page = s->lo / r->page; page < s->hi / r->page; page++) {
                locket_store(&r->of[page], i == LOCKET_NONE ? 0 : i + 1u);
        }
}

uint32_t locket_run_cell(const struct locket_runs *r, uint32_t run, size_t off)
{
        const uint32_t i = locket_cell_guess(&r->run[run], off);

        return i == LOCKET_NONE ? LOCKET_NONE : run * LOCKET_RUN_CELLS + i;
}

int locket_run_hit(const struct locket_runs *r, uint32_t id, size_t off)
{
        return id == LOCKET_NONE ? LOCKET_HIT_NOTHING
                                 : locket_cell_judge(&r->cell[id], locket_run_user(r, id), off);
}

size_t locket_run_user(const struct locket_runs *r, uint32_t id)
{
        return locket_cell_from(locket_run_at(r, id), id % LOCKET_RUN_CELLS);
}

size_t locket_run_room(const struct locket_runs *r, uint32_t id)
{
        return locket_run_at(r, id)->pitch - LOCKET_GAP_BYTES;
}

uint32_t locket_run_slot(const struct locket_runs *r, uint32_t id)
{
        return locket_run_at(r, id)->slot;
}

/* The next two words that nobody can guess.  No number is used twice. */
/*@ requires valid: \valid(a) && \valid_read(a->tables) && \valid_read(a->tables->process);
    requires apart: \base_addr(a) != \base_addr(a->tables) &&
                    \base_addr(a) != \base_addr(a->tables->process);
    terminates \true;
    exits      \false;
    assigns    a->generation;
    ensures next:  a->generation == (\old(a->generation) == UINT64_MAX ? 0 : \old(a->generation) + 1);
*/
static struct locket_canary locket_run_words(struct locket_arena *a)
{
        const struct locket_process *process = a->tables->process;

        a->generation = a->generation == UINT64_MAX ? 0 : a->generation + 1;
        return locket_canary_words(process->key_low, process->key_high, a->generation);
}

/* A canary, and it says nothing about any other. */
/*@ requires valid: \valid(a) && \valid_read(a->tables) && \valid_read(a->tables->process) &&
                    \valid(pool);
    requires apart: \base_addr(a) != \base_addr(a->tables) &&
                    \base_addr(a) != \base_addr(a->tables->process) &&
                    \base_addr(pool) != \base_addr(a);
    terminates \true;
    exits      \false;
    assigns    pool->spare, pool->spared, a->generation;
    ensures spare: \old(pool->spared) != 0 ==> \result == \old(pool->spare) && pool->spared == 0 &&
                     a->generation == \old(a->generation);
    ensures fresh: \old(pool->spared) == 0 ==> pool->spared == 1 &&
                     a->generation != \old(a->generation);
*/
static uint64_t locket_run_word(struct locket_pool *pool, struct locket_arena *a)
{
        struct locket_canary words;

        if (pool->spared) {
                pool->spared = 0;
                return pool->spare;
        }
        words = locket_run_words(a);
        pool->spare = words.high;
        pool->spared = 1;
        return words.low;
}

/* 16 random bits. */
/*@ requires valid: \valid(a) && \valid_read(a->tables) && \valid_read(a->tables->process) &&
                    \valid(pool);
    requires apart: \base_addr(a) != \base_addr(a->tables) &&
                    \base_addr(a) != \base_addr(a->tables->process) &&
                    \base_addr(pool) != \base_addr(a) &&
                    \base_addr(pool) != \base_addr(a->tables) &&
                    \base_addr(pool) != \base_addr(a->tables->process);
    terminates \true;
    exits      \false;
    assigns    pool->dice, pool->dice_more, pool->dice_left, a->generation;
    ensures range: \result < 65536;
    ensures left:  pool->dice_left == (\old(pool->dice_left) == 0 ? 7 : \old(pool->dice_left) - 1);
*/
static uint32_t locket_run_dice(struct locket_pool *pool, struct locket_arena *a)
{
        struct locket_canary words;
        uint32_t random;

        if (pool->dice_left == 0) {
                words = locket_run_words(a);
                pool->dice = words.low;
                pool->dice_more = words.high;
                pool->dice_left = 8;
        } else if (pool->dice_left == 4) {
                pool->dice = pool->dice_more;
        }
        pool->dice_left -= 1u;
        random = (uint32_t)(pool->dice % 65536u);
        pool->dice = pool->dice / 65536u;
        return random;
}

/* ------------------------------------------------------------------ lists */

/* ${run}, with a free cell, is one that cells come from. */
/*@ requires valid: \valid(r) && \valid(pool) && \valid(r->run + i);
    requires class: r->run[i].size_class < LOCKET_CELL_CLASSES;
    requires head:  pool->shelf[r->run[i].size_class].head == LOCKET_NONE ||
                    (\valid(r->run + pool->shelf[r->run[i].size_class].head) &&
                     pool->shelf[r->run[i].size_class].head != i);
    requires apart: \base_addr(r) != \base_addr(r->run) && \base_addr(pool) != \base_addr(r->run) &&
                    \base_addr(pool) != \base_addr(r);
    terminates \true;
    exits      \false;
    assigns    r->run[i].listed, r->run[i].last, r->run[i].next,
               r->run[pool->shelf[r->run[i].size_class].head].last,
               pool->shelf[r->run[i].size_class].head;
    ensures first: r->run[i].listed == 1 && r->run[i].last == LOCKET_NONE &&
                   pool->shelf[r->run[i].size_class].head == i;
    ensures next:  r->run[i].next == \old(pool->shelf[r->run[i].size_class].head);
    ensures last:  r->run[i].next != LOCKET_NONE ==> r->run[r->run[i].next].last == i;
*/
static void locket_run_list(struct locket_runs *r, struct locket_pool *pool, uint32_t i)
{
        struct locket_run *run = &r->run[i];
        struct locket_shelf *shelf = &pool->shelf[run->size_class];

        run->listed = 1;
        run->last = LOCKET_NONE;
        run->next = shelf->head;
        if (shelf->head != LOCKET_NONE) {
                r->run[shelf->head].last = i;
        }
        shelf->head = i;
}

/* The same again: after the first one, from which the next ones come as long as it
 * has any.  So there are more to draw from, others have time to become empty, and
 * a full run with one free cell does not come and go with each call. */
static void locket_run_relist(struct locket_runs *r, struct locket_pool *pool, uint32_t i)
{
        const uint32_t head = pool->shelf[r->run[i].size_class].head;
        struct locket_run *run = &r->run[i];

        if (head == LOCKET_NONE) {
                locket_run_list(r, pool, i);
                return;
        }
        run->listed = 1;
        run->last = head;
        run->next = r->run[head].next;
        if (run->next != LOCKET_NONE) {
                r->run[run->next].last = i;
        }
        r->run[head].next = i;
}

/* ${run} is none of them any more. */
/*@ requires valid: \valid(r) && \valid(pool) && \valid(r->run + i);
    requires class: r->run[i].size_class < LOCKET_CELL_CLASSES;
    requires last:  r->run[i].listed != 0 && r->run[i].last != LOCKET_NONE ==>
                      \valid(r->run + r->run[i].last) && r->run[i].last != i;
    requires next:  r->run[i].listed != 0 && r->run[i].next != LOCKET_NONE ==>
                      \valid(r->run + r->run[i].next) && r->run[i].next != i;
    requires apart: \base_addr(r) != \base_addr(r->run) && \base_addr(pool) != \base_addr(r->run) &&
                    \base_addr(pool) != \base_addr(r);
    terminates \true;
    exits      \false;
    assigns    r->run[i].listed, r->run[r->run[i].last].next, r->run[r->run[i].next].last,
               pool->shelf[r->run[i].size_class].head;
    ensures gone:  r->run[i].listed == 0;
    ensures head:  \old(r->run[i].listed) != 0 && r->run[i].last == LOCKET_NONE ==>
                     pool->shelf[r->run[i].size_class].head == r->run[i].next;
    ensures below: \old(r->run[i].listed) != 0 && r->run[i].last != LOCKET_NONE ==>
                     r->run[r->run[i].last].next == r->run[i].next;
    ensures above: \old(r->run[i].listed) != 0 && r->run[i].next != LOCKET_NONE ==>
                     r->run[r->run[i].next].last == r->run[i].last;
*/
static void locket_run_unlist(struct locket_runs *r, struct locket_pool *pool, uint32_t i)
{
        struct locket_run *run = &r->run[i];

        if (!run->listed) {
                return;
        }
        run->listed = 0;
        if (run->last == LOCKET_NONE) {
                pool->shelf[run->size_class].head = run->next;
        } else {
                r->run[run->last].next = run->next;
        }
        if (run->next != LOCKET_NONE) {
                r->run[run->next].last = run->last;
        }
}

/* Cell ${id}, just freed, is the youngest in quarantine. */
/*@ requires valid: \valid(r) && \valid(pool) && \valid(r->cell + id);
    requires count: pool->held < UINT32_MAX;
    requires tail:  pool->held != 0 ==> \valid(r->cell + pool->tail) && pool->tail != id;
    requires apart: \base_addr(r) != \base_addr(r->cell) && \base_addr(pool) != \base_addr(r->cell) &&
                    \base_addr(pool) != \base_addr(r);
    terminates \true;
    exits      \false;
    assigns    r->cell[id].next, r->cell[pool->tail].next, pool->head, pool->tail, pool->held;
    ensures last:  pool->tail == id && r->cell[id].next == LOCKET_NONE;
    ensures count: pool->held == \old(pool->held) + 1;
    ensures first: \old(pool->held) == 0 ==> pool->head == id;
    ensures after: \old(pool->held) != 0 ==> pool->head == \old(pool->head) &&
                     r->cell[\old(pool->tail)].next == id;
*/
static void locket_run_detain(struct locket_runs *r, struct locket_pool *pool, uint32_t id)
{
        r->cell[id].next = LOCKET_NONE;
        if (pool->held == 0) {
                pool->head = id;
        } else {
                r->cell[pool->tail].next = id;
        }
        pool->tail = id;
        pool->held += 1u;
}

void locket_run_distrust(struct locket_runs *r, const struct locket_arena *a)
{
        const uint32_t used = locket_load(&r->used);
        uint32_t i;

        for (i = 0; i < used; i++) {
                const struct locket_slot *s = &a->tables->slot[r->run[i].slot];

                if (locket_run_owner(r, i) == a->index + 1u && locket_run_hint(r, s->lo) != i) {
                        locket_store(&r->run[i].owner, LOCKET_NONE); /* nobody's, for good */
                }
        }
}

/* ------------------------------------------------------------ the canaries */

/* The slot of a run, whose first cell begins above its canary. */
#define LOCKET_RUN_FRONT(a, run)                                                       \
        (\valid(run) && \valid(a) && \valid((a)->tables) &&                            \
         \valid((a)->tables->slot + (run)->slot) &&                                    \
         (a)->tables->slot[(run)->slot].lo + 16 <=                                     \
           (a)->tables->slot[(run)->slot].user <= (run)->first <=                      \
             (a)->tables->slot[(run)->slot].hi <= (a)->tables->range.size &&           \
         \valid((a)->tables->range.base + (0 .. (a)->tables->range.size - 1)))

/* What stands below the first cell of ${run} is intact. */
/*@ requires valid: LOCKET_RUN_FRONT(a, run);
    requires open:  readable(a->tables->slot[run->slot].lo, run->first);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:   \result == 0 || \result == 1;
    ensures intact: \result == 1 <==>
                      canary_below_ok(a->tables->range.base, a->tables->slot[run->slot].lo,
                                      a->tables->slot[run->slot].user,
                                      a->tables->slot[run->slot].canary_low,
                                      a->tables->slot[run->slot].canary_high) &&
                      filled_ok(a->tables->range.base, a->tables->slot[run->slot].user,
                                run->first, a->tables->slot[run->slot].canary_low);
*/
LOCKET_RUN_RARE static int locket_run_front(const struct locket_arena *a, const struct locket_run *run)
{
        const unsigned char *b = a->tables->range.base;
        const struct locket_slot *s = &a->tables->slot[run->slot];
        struct locket_canary canary;

        canary.low = s->canary_low;
        canary.high = s->canary_high;
        return locket_canary_below(b, s->lo, s->user, canary) &&
               locket_canary_filled(b, s->user, run->first, s->canary_low);
}

/* Make it so again, after it was found not to be. */
/*@ requires valid: LOCKET_RUN_FRONT(a, run);
    requires open:  access_is(a->tables->slot[run->slot].lo, run->first, LOCKET_READ_WRITE);
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[a->tables->slot[run->slot].user - 16 .. run->first - 1];
    ensures below:  canary_below_ok(a->tables->range.base, a->tables->slot[run->slot].user - 16,
                                    a->tables->slot[run->slot].user,
                                    a->tables->slot[run->slot].canary_low,
                                    a->tables->slot[run->slot].canary_high);
    ensures filled: filled_ok(a->tables->range.base, a->tables->slot[run->slot].user,
                              run->first, a->tables->slot[run->slot].canary_low);
*/
static void locket_run_renew(const struct locket_arena *a, const struct locket_run *run)
{
        unsigned char *b = a->tables->range.base;
        const struct locket_slot *s = &a->tables->slot[run->slot];
        struct locket_canary canary;

        canary.low = s->canary_low;
        canary.high = s->canary_high;
        locket_canary_place(b, s->user, s->hi, s->hi, canary);
        locket_canary_fill(b, s->user, run->first, s->canary_low);
}

/* 1 if b[at .. at + 7] are the bytes of ${word}, least byte first: one load. */
LOCKET_INLINE int locket_run_same(const unsigned char *b, size_t at, uint64_t word)
{
        const unsigned char *p = b + at;

        return ((uint64_t)p[0] + ((uint64_t)p[1] << 8) + ((uint64_t)p[2] << 16) +
                ((uint64_t)p[3] << 24) + ((uint64_t)p[4] << 32) + ((uint64_t)p[5] << 40) +
                ((uint64_t)p[6] << 48) + ((uint64_t)p[7] << 56)) == word;
}

/* What is damaged around live cell ${c}, number ${i}, at ${from}. */
LOCKET_INLINE int locket_run_judge(const struct locket_arena *a, const struct locket_run *run,
                                   const struct locket_cell *c, uint32_t i, size_t from)
{
        const unsigned char *b = a->tables->range.base;

        if (!locket_canary_filled(b, from + c->size, from + run->pitch, c->canary)) {
                return LOCKET_OVERFLOW;
        }
        if (i == 0 ? !locket_run_front(a, run)
                   : !locket_run_same(b, from - LOCKET_GAP_BYTES, c[-1].canary)) {
                return LOCKET_UNDERFLOW;
        }
        return -1;
}

int locket_run_damage(const struct locket_runs *r, const struct locket_arena *a, uint32_t id)
{
        const struct locket_run *run = locket_run_at(r, id);
        const uint32_t i = id % LOCKET_RUN_CELLS;

        if (locket_run_lost(run, a)) {
                return -1;
        }
        return locket_run_judge(a, run, &r->cell[id], i, locket_cell_from(run, i));
}

/* Remember that live cell ${c}, number ${i}, at ${from}, is damaged, and put its
 * canaries right: what is found once is not found again. */
LOCKET_RUN_RARE static void locket_run_damaged(struct locket_arena *a, const struct locket_run *run,
                                               const struct locket_cell *c, uint32_t i,
                                               size_t from, int damage)
{
        unsigned char *b = a->tables->range.base;

        locket_arena_found(a, (enum locket_violation)damage, a->tables->range.address + from);
        locket_canary_fill(b, from + c->size, from + run->pitch, c->canary);
        if (i == 0) {
                locket_run_renew(a, run);
        } else {
                locket_canary_fill(b, from - LOCKET_GAP_BYTES, from, c[-1].canary);
        }
}

/* Whoever wrote to free cell ${c} at ${from} is found, and it is zero again. */
/*@ requires valid: \valid(a) && \valid_read(a->tables) && \valid_read(run) && \valid_read(c) &&
                    \valid(a->tables->range.base + (from .. from + run->pitch - 1));
    requires range: LOCKET_GAP_BYTES <= run->pitch <= LOCKET_PITCH_MOST &&
                    from + run->pitch <= 0x1000000000 &&
                    a->tables->range.address + from <= UINTPTR_MAX;
    requires open:  access_is(from, from + run->pitch, LOCKET_READ_WRITE);
    requires apart: \base_addr(a) != \base_addr(run) && \base_addr(a) != \base_addr(c) &&
                    \base_addr(a) != \base_addr(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[from .. from + run->pitch - 1], a->found, a->kind, a->at;
    ensures wiped: zeroed(a->tables->range.base, from, from + run->pitch - LOCKET_GAP_BYTES);
    ensures gap:   filled_ok(a->tables->range.base, from + run->pitch - LOCKET_GAP_BYTES,
                             from + run->pitch, c->canary);
    ensures told:  a->found != 0;
*/
LOCKET_RUN_RARE static void locket_run_written(struct locket_arena *a, const struct locket_run *run,
                                               const struct locket_cell *c, size_t from)
{
        unsigned char *b = a->tables->range.base;
        const size_t gap = from + run->pitch - LOCKET_GAP_BYTES;

        locket_wipe_range(b, from, gap);
        locket_canary_fill(b, gap, from + run->pitch, c->canary);
        locket_arena_found(a, LOCKET_WRITE_AFTER_FREE, a->tables->range.address + from);
}

/* ----------------------------------------------------------------- a run */

/* A run is no secret of the caller's: it is not counted.  ${more}: 1 before it
 * ends, as that counts down; 0 after it was made. */
/*@ requires valid: \valid(a);
    terminates \true;
    exits      \false;
    assigns    a->live, a->live_bytes;
    ensures more:  more != 0 && \old(a->live) < SIZE_MAX ==> a->live == \old(a->live) + 1;
    ensures less:  more == 0 && \old(a->live) > 0 ==> a->live == \old(a->live) - 1;
*/
static void locket_run_count(struct locket_arena *a, size_t bytes, int more)
{
        if (more) {
                a->live = locket_size_plus(a->live, 1);
                a->live_bytes = locket_size_plus(a->live_bytes, bytes);
        } else {
                a->live = locket_size_minus(a->live, 1);
                a->live_bytes = locket_size_minus(a->live_bytes, bytes);
        }
}

/* A run that is not one, and that no other arena gets meanwhile; or LOCKET_NONE. */
static uint32_t locket_run_unused(struct locket_runs *r, struct locket_pool *pool)
{
        uint32_t used;
        uint32_t n;
        uint32_t i;

        for (n = 0; n < r->most; n++) {
                i = (pool->last + n) % r->most;
                if (locket_load(&r->run[i].owner) == 0 &&
                    locket_claim(&r->run[i].owner, 0, LOCKET_NONE)) {
                        pool->last = i;
                        used = locket_load(&r->used);
                        while (used <= i && !locket_claim(&r->used, used, i + 1u)) {
                                used = locket_load(&r->used);
                        }
                        return i;
                }
        }
        return LOCKET_NONE;
}

uint32_t locket_run_claim(struct locket_runs *r, struct locket_arena *a)
{
        const size_t bytes = LOCKET_RUN_CELLS * sizeof *r->cell;
        const uint32_t i = locket_run_unused(r, &r->pool[a->index]);

        if (i == LOCKET_NONE || r->run[i].open) {
                return i;
        }
        if (locket_os_open_table(r->cell, i * bytes, (i + 1u) * bytes) != 0) {
                locket_run_disclaim(r, i);
                return LOCKET_NONE;
        }
        r->run[i].open = 1;
        return i;
}

void locket_run_disclaim(struct locket_runs *r, uint32_t i)
{
        locket_store(&r->run[i].owner, 0);
}

/* Cut the bytes of slot ${s} into cells. */
static void locket_run_cut(struct locket_runs *r, struct locket_arena *a, uint32_t i,
                           const struct locket_slot *s)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = &r->run[i];
        struct locket_cell *c = locket_run_cells(r, i);
        unsigned char *b = a->tables->range.base;
        uint32_t k;

        run->count = locket_cell_count(s->hi - s->lo, run->pitch);
        run->first = s->hi - (size_t)run->count * run->pitch;
        locket_cell_clear(run, c);
        locket_canary_fill(b, s->user, run->first, s->canary_low);
        for (k = 0; k < run->count; k++) {
                const size_t to = locket_cell_from(run, k) + run->pitch;

                c[k].canary = locket_canary_stop(locket_run_word(pool, a), 0);
                locket_canary_fill(b, to - LOCKET_GAP_BYTES, to, c[k].canary);
        }
}

/* Run ${i} has the slot ${slot}, and no cell yet. */
static void locket_run_begin(struct locket_runs *r, const struct locket_arena *a, uint32_t i,
                             uint32_t slot, uint32_t k)
{
        struct locket_run *run = &r->run[i];

        run->slot = slot;
        run->epoch = a->tables->epoch;
        run->size_class = k;
        run->pitch = locket_cell_pitch(k);
        locket_store(&run->count, 0);
        locket_size_store(&run->first, a->tables->slot[slot].hi);
}

void locket_run_make(struct locket_runs *r, struct locket_arena *a, uint32_t i, uint32_t slot,
                     uint32_t k)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_shelf *shelf = &pool->shelf[k];
        struct locket_slot *s = &a->tables->slot[slot];
        struct locket_run *run = &r->run[i];
        const size_t bytes = s->hi - s->lo;
        const size_t peak = a->peak_live;

        locket_run_begin(r, a, i, slot, k);
        locket_run_mark(r, s, i); /* before it is LIVE: a wiper leaves the canaries of a run */
        locket_secret_make(a, slot, bytes - LOCKET_CANARY_BYTES, LOCKET_CANARY_BYTES);
        locket_run_count(a, s->size, 0);
        a->peak_live = peak;
        locket_run_cut(r, a, i, s);
        locket_run_list(r, pool, i);
        shelf->bytes += bytes;
        shelf->cells += run->count;
        pool->idle += bytes;
        run->tried = pool->tries;
        locket_store(&run->owner, a->index + 1u);
}

/* Look at all cells of run ${i}, none of which is in use. */
static void locket_run_inspect(struct locket_runs *r, struct locket_arena *a, uint32_t i)
{
        const struct locket_run *run = &r->run[i];
        const struct locket_cell *c = locket_run_cells(r, i);
        const unsigned char *b = a->tables->range.base;
        uint32_t k;

        if (!locket_run_front(a, run)) {
                locket_arena_found(a, LOCKET_UNDERFLOW, a->tables->range.address + run->first);
                locket_run_renew(a, run);
        }
        for (k = 0; k < run->count; k++) {
                const size_t from = locket_cell_from(run, k);

                if (!locket_canary_vacant(b, from, from + run->pitch, c[k].canary)) {
                        locket_run_written(a, run, &c[k], from);
                }
        }
}

/* The end of run ${i}, none of whose cells is in use. */
static void locket_run_close(struct locket_runs *r, struct locket_arena *a, uint32_t i)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = &r->run[i];
        struct locket_shelf *shelf = &pool->shelf[run->size_class];
        const size_t bytes = locket_run_bytes(run, a);

        locket_run_unlist(r, pool, i);
        if (!locket_run_stale(run, a)) {
                shelf->bytes = locket_size_minus(shelf->bytes, bytes);
                shelf->cells = locket_size_minus(shelf->cells, run->count);
                pool->idle = locket_size_minus(pool->idle, bytes);
        }
        if (!locket_run_lost(run, a)) {
                locket_run_inspect(r, a, i);
        }
        if (i < pool->last) {
                pool->last = i; /* the tables stay dense */
        }
        locket_run_mark(r, &a->tables->slot[run->slot], LOCKET_NONE);
        locket_run_count(a, a->tables->slot[run->slot].size, 1);
        locket_secret_end(a, run->slot);
        locket_store(&run->owner, 0);
}

/* 1 if the reserve of its class can do without ${run}. */
/*@ requires valid: \valid_read(pool) && \valid_read(run) &&
                    run->size_class < LOCKET_CELL_CLASSES;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == (pool->shelf[run->size_class].floor + run->count <=
                                pool->shelf[run->size_class].cells ? 1 : 0);
*/
static int locket_run_spares(const struct locket_pool *pool, const struct locket_run *run)
{
        const struct locket_shelf *shelf = &pool->shelf[run->size_class];

        return shelf->cells >= shelf->floor && shelf->cells - shelf->floor >= run->count;
}

/* Nothing of run ${i} is in use any more.  One for each class is kept, as the
 * next secret may come soon. */
LOCKET_RUN_RARE static void locket_run_emptied(struct locket_runs *r, struct locket_arena *a, uint32_t i)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = &r->run[i];
        const int only = pool->shelf[run->size_class].head == i && run->next == LOCKET_NONE;

        if (locket_run_stale(run, a)) {
                locket_run_close(r, a, i);
                return;
        }
        pool->idle += locket_run_bytes(run, a);
        if (locket_run_spares(pool, run) && !(only && pool->idle <= LOCKET_KEEP_BYTES)) {
                locket_run_close(r, a, i);
        }
}

/* ---------------------------------------------------------------- a cell */

/* One more cell of run ${i} is in use. */
LOCKET_INLINE void locket_run_out(struct locket_runs *r, struct locket_pool *pool,
                                  struct locket_arena *a, uint32_t i, size_t size)
{
        struct locket_run *run = &r->run[i];

        if (locket_run_idle(run)) {
                pool->idle = locket_size_minus(pool->idle, locket_run_bytes(run, a));
        }
        run->live += 1u;
        if (run->free == 0) {
                locket_run_unlist(r, pool, i);
        }
        a->live += 1u;
        a->live_bytes += size;
        if (a->peak_live < a->live) {
                a->peak_live = a->live;
        }
}

size_t locket_run_take(struct locket_runs *r, struct locket_arena *a, uint32_t class, size_t size,
                         size_t alignment)
{
        struct locket_pool *pool = &r->pool[a->index];
        unsigned char *b = a->tables->range.base;
        const uint32_t i = pool->shelf[class].head;
        struct locket_run *run = &r->run[i];
        struct locket_cell *c;
        size_t from;
        uint64_t canary;
        uint32_t k;

        if (i == LOCKET_NONE) {
                return 0;
        }
        c = locket_run_cells(r, i);
        k = locket_cell_draw(run, c, locket_run_dice(pool, a));
        if (k == LOCKET_NONE) {
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)run);
                return 0;
        }
        from = locket_cell_from(run, k);
        if (!locket_canary_vacant(b, from, from + run->pitch, c[k].canary)) {
                locket_run_written(a, run, &c[k], from);
                locket_cell_put(run, c, k);
                return 0;
        }
        canary = locket_canary_stop(locket_run_word(pool, a), run->pitch - size);
        locket_canary_fill(b, from + size, from + run->pitch, canary);
        locket_cell_begin(&c[k], (uint32_t)size, (uint16_t)alignment, canary);
        locket_run_out(r, pool, a, i, size);
        return from;
}

/* The cell that is longest in quarantine leaves it. */
LOCKET_INLINE void locket_run_ripen(struct locket_runs *r, struct locket_arena *a)
{
        struct locket_pool *pool = &r->pool[a->index];
        const uint32_t id = pool->head;
        const uint32_t i = id / LOCKET_RUN_CELLS;
        struct locket_run *run;

        if (i >= locket_load(&r->used) || r->cell[id].state != LOCKET_CELL_QUARANTINED) {
                pool->held = 0; /* damage is never followed */
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)pool);
                return;
        }
        run = &r->run[i];
        pool->head = r->cell[id].next;
        pool->held -= 1u;
        run->held -= 1u;
        locket_cell_put(run, locket_run_cells(r, i), id % LOCKET_RUN_CELLS);
        if (!run->listed && !locket_run_stale(run, a)) {
                locket_run_relist(r, pool, i);
        }
        if (locket_run_idle(run)) {
                locket_run_emptied(r, a, i);
        }
}

/* Check live cell ${c} of ${run}, number ${i}, and zero it. */
LOCKET_INLINE void locket_run_erase(struct locket_arena *a, const struct locket_run *run,
                                    const struct locket_cell *c, uint32_t i)
{
        unsigned char *b = a->tables->range.base;
        const size_t from = locket_cell_from(run, i);
        int damage;

        if (locket_run_lost(run, a)) {
                locket_wipe_range(b, from, from + run->pitch);
                return;
        }
        damage = locket_run_judge(a, run, c, i, from);
        if (damage >= 0) {
                locket_run_damaged(a, run, c, i, from, damage);
        }
        locket_wipe_words(b, from, from + run->pitch - LOCKET_GAP_BYTES);
}

void locket_run_drop(struct locket_runs *r, struct locket_arena *a, uint32_t id)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = locket_run_at(r, id);
        struct locket_cell *c = &r->cell[id];

        locket_run_erase(a, run, c, id % LOCKET_RUN_CELLS);
        c->state = LOCKET_CELL_QUARANTINED;
        run->live -= 1u;
        run->held += 1u;
        a->live -= 1u;
        a->live_bytes -= c->size;
        locket_run_detain(r, pool, id);
        while (pool->held > a->policy.quarantine) {
                locket_run_ripen(r, a);
        }
}

int locket_run_stays(const struct locket_runs *r, const struct locket_arena *a, uint32_t id,
                     size_t size)
{
        const struct locket_run *run = locket_run_at(r, id);

        return !locket_run_stale(run, a) && /* not locked here */
               locket_cell_class(size, r->cell[id].alignment) == run->size_class;
}

void locket_run_resize(struct locket_runs *r, struct locket_arena *a, uint32_t id, size_t size)
{
        struct locket_run *run = locket_run_at(r, id);
        struct locket_cell *c = &r->cell[id];
        unsigned char *b = a->tables->range.base;
        const size_t from = locket_run_user(r, id);
        const uint32_t least = size < c->size ? (uint32_t)size : c->size;
        const uint64_t canary = locket_canary_stop(locket_run_word(&r->pool[a->index], a),
                                                   run->pitch - size);

        a->live_bytes = locket_size_plus(locket_size_minus(a->live_bytes, c->size), size);
        /* Whoever wipes all secrets meanwhile, in a signal handler, must not
         * take bytes of the canary for the secret's. */
        locket_store(&c->size, least);
        locket_wipe_range(b, from + least, from + run->pitch);
        locket_canary_fill(b, from + size, from + run->pitch, canary);
        c->canary = canary;
        locket_store(&c->size, (uint32_t)size);
}

/* ------------------------------------------------------------- all of them */

/* End the runs of ${a} without a cell in use; ${all}: those too that a reserve
 * promises.  How many there were. */
static uint32_t locket_run_sweep(struct locket_runs *r, struct locket_arena *a, int all)
{
        const uint32_t used = locket_load(&r->used);
        uint32_t any = 0;
        uint32_t i;

        for (i = 0; i < used; i++) {
                const struct locket_run *run = &r->run[i];

                if (locket_load(&run->owner) == a->index + 1u && locket_run_idle(run) &&
                    (all || locket_run_spares(&r->pool[a->index], run))) {
                        locket_run_close(r, a, i);
                        any += 1u;
                }
        }
        return any;
}

/* All cells leave the quarantine. */
static void locket_run_release_all(struct locket_runs *r, struct locket_arena *a)
{
        while (r->pool[a->index].held != 0) {
                locket_run_ripen(r, a);
        }
}

int locket_run_trim(struct locket_runs *r, struct locket_arena *a)
{
        int any;

        if (a->policy.layout != LOCKET_COMPACT) {
                return 0;
        }
        any = r->pool[a->index].held != 0;
        locket_run_release_all(r, a);
        if (r->pool[a->index].idle == 0) {
                return any;
        }
        return locket_run_sweep(r, a, 0) != 0 || any;
}

void locket_run_end(struct locket_runs *r, struct locket_arena *a)
{
        if (a->policy.layout == LOCKET_COMPACT) {
                locket_run_release_all(r, a);
                (void)locket_run_sweep(r, a, 1);
        }
}

size_t locket_run_least(size_t page)
{
        return page < 4096 ? 4096 : page;
}

size_t locket_run_want(const struct locket_runs *r, const struct locket_arena *a, uint32_t k)
{
        const size_t bytes = r->pool[a->index].shelf[k].bytes;
        size_t want = locket_run_least(a->tables->range.page);

        /*@ loop invariant range: 4096 <= want <= 65536;
            loop invariant least: a->tables->range.page <= want;
            loop assigns want;
            loop variant LOCKET_RUN_BYTES - want;
        */
        while (want + want <= bytes && want + want <= LOCKET_RUN_BYTES) {
                want += want;
        }
        return want;
}

size_t locket_run_spare(const struct locket_runs *r, const struct locket_arena *a, uint32_t k)
{
        const struct locket_shelf *shelf = &r->pool[a->index].shelf[k];
        size_t spare = 0;
        uint32_t i;

        for (i = shelf->head; i != LOCKET_NONE; i = r->run[i].next) {
                spare += r->run[i].free;
        }
        return spare;
}

size_t locket_run_promise(struct locket_runs *r, struct locket_arena *a, uint32_t k,
                          size_t cells)
{
        struct locket_shelf *shelf = &r->pool[a->index].shelf[k];
        const size_t used = locket_size_minus(shelf->cells, locket_run_spare(r, a, k));
        const size_t before = shelf->floor;

        if (shelf->floor < used + cells) {
                shelf->floor = used + cells;
        }
        return before;
}

void locket_run_retract(struct locket_runs *r, struct locket_arena *a, uint32_t k,
                        size_t before)
{
        r->pool[a->index].shelf[k].floor = before;
}

void locket_run_try(struct locket_runs *r, struct locket_arena *a)
{
        r->pool[a->index].tries = 1;
}

void locket_run_tried(struct locket_runs *r, struct locket_arena *a, int undo)
{
        const uint32_t used = locket_load(&r->used);
        uint32_t i;

        for (i = 0; i < used; i++) {
                struct locket_run *run = &r->run[i];

                if (locket_load(&run->owner) != a->index + 1u || run->tried == 0) {
                        continue;
                }
                run->tried = 0;
                if (undo && locket_run_idle(run)) {
                        locket_run_close(r, a, i);
                }
        }
        r->pool[a->index].tries = 0;
}

/* Cell ${k} of ${run} is damaged, and not only by what is counted for the cell
 * before it. */
static int locket_run_bad(const struct locket_arena *a, const struct locket_run *run,
                          const struct locket_cell *c, uint32_t k)
{
        const unsigned char *b = a->tables->range.base;
        const size_t from = locket_cell_from(run, k);

        if (k == 0 && !locket_run_front(a, run)) {
                return 1;
        }
        if (c->state != LOCKET_CELL_LIVE) {
                return !locket_canary_vacant(b, from, from + run->pitch, c->canary);
        }
        return !locket_canary_filled(b, from + c->size, from + run->pitch, c->canary);
}

size_t locket_run_validate(const struct locket_runs *r, const struct locket_arena *a, uint32_t run)
{
        const struct locket_run *it = &r->run[run];
        const struct locket_cell *c = locket_run_cells(r, run);
        size_t damaged = 0;
        uint32_t k;

        for (k = 0; k < it->count && !locket_secret_lost(a, it->slot); k++) {
                damaged += (size_t)locket_run_bad(a, it, &c[k], k);
        }
        return damaged;
}

/* Zero cell ${c} at ${from}, of ${pitch} bytes, if it is a secret's and in the bytes ${lo}
 * .. ${hi}.  A call that is made meanwhile stores its state last. */
/*@ requires valid: \valid_read(c) && \valid(b + (lo .. hi - 1));
    requires open:  access_is(lo, hi, LOCKET_READ_WRITE);
    terminates \true;
    exits      \false;
    assigns    b[lo .. hi - 1];
    ensures other:  c->state != LOCKET_CELL_LIVE ==> same{Pre,Post}(b, lo, hi);
    ensures wiped:  c->state == LOCKET_CELL_LIVE && lo <= from && from + pitch <= hi &&
                    c->size + LOCKET_GAP_BYTES <= pitch ==>
                      \forall integer i; from <= i < from + c->size ==>
                        b[i] == 0 || b[i] == \old(b[i]);
    ensures canary: \forall integer i; lo <= i < hi && !(from <= i < from + c->size) ==>
                      b[i] == \old(b[i]);
*/
static void locket_run_zero(unsigned char *b, const struct locket_cell *c, size_t from,
                            size_t pitch, size_t lo, size_t hi)
{
        const int live = locket_short_load(&c->state) == LOCKET_CELL_LIVE;
        const size_t size = locket_load(&c->size);
        int error;

        if (!live || from < lo || hi < from || hi - from < pitch ||
            pitch < size || pitch - size < LOCKET_GAP_BYTES) {
                return;
        }
        error = locket_os_zero(b, from, from + size);
        if (error != 0 && error != EFAULT) {
                locket_wipe_range(b, from, from + size); /* a kernel without that call */
        }
}

void locket_run_wipe(const struct locket_runs *r, unsigned char *base, uint32_t run, size_t lo,
                     size_t hi)
{
        const struct locket_run *it = &r->run[run];
        const struct locket_cell *c = locket_run_cells(r, run);
        const uint32_t count = locket_load(&it->count);
        const size_t first = locket_size_load(&it->first);
        const size_t pitch = locket_load(&it->pitch);
        uint32_t k;

        for (k = 0; k < count && k < LOCKET_RUN_CELLS; k++) {
                locket_run_zero(base, &c[k], first + k * pitch, pitch, lo, hi);
        }
}
