/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * model.h - what must be so: plain arrays, no code of src.
 *
 * The model knows each live secret, its bytes, arena, access and damage; what
 * was freed, and what was written to it too late; and the arenas.  From that,
 * and from include/locket.h, follows what each call must do.
 */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "../include/locket.h"

#define MODEL_SECRETS 24u
#define MODEL_ARENAS 6u         /* 0: the default one */
#define MODEL_FREED 32u
#define MODEL_LATE 8u
#define MODEL_DAMAGE 4u
#define MODEL_CANARIES 16u
/* Bytes of a secret that are written to; those after it stay zero. */
#define MODEL_BYTES 8192u
/* Bytes below each secret that belong to locket. */
#define MODEL_CANARY 16u
/* The same between two cells of a compact arena; bytes of a secret that is one, at most. */
#define MODEL_GAP 8u
#define MODEL_CELL_MOST 1912u
#define MODEL_MARKS 12u
#define MODEL_WORDS 64u

/* A byte of slack that was changed. */
struct damage {
        unsigned char *at;      /* NULL: none */
        unsigned char was, is;
};

/* A byte of cells that was changed: of a live one's canary, of a freed one, or below the
 * first of a run. */
struct mark {
        unsigned char *at;      /* NULL: none */
        unsigned char was, is;
        unsigned char *cell;    /* where the cell begins; the first one, if it is below that */
        unsigned arena;
};

struct secret {
        unsigned char *p;       /* NULL: none */
        size_t size, alignment;
        size_t pitch;           /* 0: it has pages of its own; else bytes to the next cell */
        unsigned arena;
        int access;
        int stale;              /* made by a parent of this process */
        int dying;              /* the call may give its pages back */
        struct damage damage[MODEL_DAMAGE];
        unsigned char bytes[MODEL_BYTES];
};

struct arena {
        struct locket_arena *handle;
        int alive;
        struct locket_policy policy;
        size_t live, peak, quarantined;
        size_t frees;           /* so far */
        size_t swept;           /* frees before this one may be out of quarantine */
        int reserved;           /* room was reserved, */
        /* Of cells, the same as of what has pages of its own: */
        size_t cells_held, cell_frees, cells_swept;
};

struct freed {
        unsigned char *p;       /* NULL: none */
        size_t size, alignment;
        size_t pitch;
        unsigned arena;
        size_t number;          /* of the arena's frees */
        int lost;               /* wiped by a fork meanwhile: nobody looks at it */
};

/* A write to freed memory that is still to be found. */
struct late {
        unsigned char *p;       /* the address that is told; NULL: none */
        unsigned arena;
        int certain;            /* 0: another one's report may have hidden it */
        int cell;               /* it is one: what was written is in the marks */
};

struct model {
        struct secret secret[MODEL_SECRETS];
        struct arena arena[MODEL_ARENAS];
        struct freed freed[MODEL_FREED];
        struct late late[MODEL_LATE];
        struct mark mark[MODEL_MARKS];
        unsigned char canary[MODEL_CANARIES][MODEL_CANARY];
        unsigned char word[MODEL_WORDS][MODEL_GAP];     /* canaries of cells */
        unsigned freed_next, canary_next, word_next;
        size_t violations;
        size_t struck;          /* calls made to fail before this operation */
        size_t locked_before;   /* bytes locked before it */
        int tight;              /* the address space was nearly used up before it,
                                 * or it was refused ENOMEM: quarantines may end */
        int started;            /* locket has been used */
        int calm;               /* no call was ever made to fail */
        int forked;             /* this is a child */
        int dirty;              /* a write after free was copied to it, and is not looked for */
        int stop;               /* nothing can be said from here on */
};
extern struct model model;

void model_begin(void);

/* 1 if a call was made to fail since the operation began. */
int model_struck(void);
/* 1 if more than one was: then what was done cannot always be undone. */
int model_struck_again(void);

/* Arithmetic of locket.h: the bytes up to the guard; bytes of pages; the most
 * that a place for so many pages has. */
size_t model_round(size_t size, size_t alignment);
size_t model_data(size_t size, size_t alignment);
size_t model_capacity(size_t data);
unsigned char *model_end(const struct secret *s);       /* the guard, or past its cell */
/* Its pages, which others may be on, too, if it is a cell: how many bytes, from ${lo} on. */
size_t model_pages(const struct secret *s, unsigned char **lo);

/* The secret that ${who} picks, NULL if there is none; a free record. */
struct secret *model_pick(unsigned who);
struct secret *model_room(void);
struct secret *model_find(const void *p);
size_t model_count(void);

/* A secret was made, freed. */
struct secret *model_add(unsigned arena, void *p, size_t size, size_t alignment);
void model_remove(struct secret *s);
/* One that nobody saw was made in ${arena}, with ${pitch}, and freed. */
void model_unseen(unsigned arena, size_t pitch);
/* One more is live for a moment: its peak. */
void model_peak(unsigned arena);

/* 1 if a child keeps this arena's secrets, and nothing else of it; if it has neither
 * their pages.  1 if what a parent made in it is not looked at in a child; so is
 * this secret. */
int model_keeps(unsigned arena);
int model_omits(unsigned arena);
int model_wiped(unsigned arena);
int model_lost(const struct secret *s);
/* The violation that its damage is; -1: none. */
int model_damage(const struct secret *s);

/* Bit per kind of violation that a free of ${p}, which is no live secret, may be. */
unsigned model_bad(const void *p);
#define MODEL_BIT(kind) (1u << (kind))

/* 1 if ${f} was freed so lately that its place surely was not used again. */
int model_remembered(const struct freed *f);

/* Cells (model_cell.c).  The pitch of a secret in ${arena}, 0 if it is none; the least
 * bytes of pages that a run of them has; 1 if the arena has any, if any is live. */
size_t model_pitch(unsigned arena, size_t size, size_t alignment);
size_t model_run_least(void);
int model_compact(unsigned arena);
int model_cells(void);
/* If ${p} is the first cell of its run, where the bytes below it begin; else NULL. */
unsigned char *model_front(const unsigned char *p, size_t pitch);
/* The live cell in whose bytes, canary included, ${at} is; or NULL. */
struct secret *model_cell_at(const unsigned char *at);
/* The byte ${at} of ${cell} was ${now} and is ${then}: 1, or 0 if there is no room to
 * remember it, which can be asked before. */
int model_mark(unsigned char *at, unsigned char now, unsigned char then, unsigned char *cell,
               unsigned arena);
int model_mark_room(const unsigned char *at);
/* The violation that live cell ${s} is; -1: none.  It was reported: all is put right
 * around it.  A freed one was.  Those of an arena are gone. */
int model_cell_damage(const struct secret *s);
void model_cell_mended(const struct secret *s);
void model_cell_drop(const unsigned char *cell);
void model_cell_forget(unsigned arena);
/* Something was reported, and others may have been put right with it. */
void model_cell_settle(void);
/* How many cells are damaged, free ones too. */
size_t model_cell_damaged(void);

/* 1 if ${p} may lie in the place of a live secret. */
int model_near(const void *p);
/* 1 if a live secret has pages there (world_watch). */
int model_live(uintptr_t lo, uintptr_t hi);

/* Late writes: remember; 1 if there is room to; 1 if one is pending in ${arena}, in any arena. */
void model_late_add(unsigned char *p, unsigned arena, int cell);
int model_late_room(const unsigned char *p);
int model_late(unsigned arena);
int model_late_any(void);
/* ${at} was reported: 1 if it was pending.  Others may be hidden. */
int model_late_found(const void *at);

#endif
