/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * room.h - stage 14: what there is for more secrets.
 */
#ifndef LOCKET_ROOM_H
#define LOCKET_ROOM_H

#include "config.h"
#include "home.h"

/* Mappings that a slot of secrets takes: its pages, and the part of the closed
 * range that they split off.  The same for the records of a slab, unless they
 * are beside others. */
#define LOCKET_ROOM_SPLIT 2u

/* What a span is. */
enum {
        LOCKET_ROOM_TAKEN,
        LOCKET_ROOM_OWN,      /* the default arena's, for the class asked for */
        LOCKET_ROOM_SOON,     /* nobody's once no other is free */
        LOCKET_ROOM_FREE
};

/* What there is for more secrets. */
struct locket_room {
        size_t bytes;           /* that can be locked; SIZE_MAX: no limit */
        size_t maps;            /* mappings */
        size_t runs;            /* of cells */
        uint32_t sealed;        /* 1: the guards of tables are mappings of their own */
        unsigned char least;    /* what can be had when none is FREE */
        unsigned char span[LOCKET_SPAN_COUNT];  /* what each is, and */
        uint32_t records[LOCKET_SPAN_COUNT];    /* how many that begin with it are open */
};

/**
 * locket_room_gather(room, h, k):
 * Add what all arenas would give back before a request for a secret of class ${k} in
 * the default one is refused; and say what each span is.
 */
LOCKET_INTERNAL void locket_room_gather(struct locket_room *room, struct locket_home *h,
                                        uint32_t k);

/**
 * locket_room_slab(room, t, k):
 * Slots that a new slab of class ${k} has; 0: there are no spans for it.  Its spans
 * are taken, and the mappings of its records.
 */
LOCKET_INTERNAL uint32_t locket_room_slab(struct locket_room *room, const struct locket_tables *t,
                                          uint32_t k);

/** locket_room_least(a, b): The lesser. */
LOCKET_INTERNAL size_t locket_room_least(size_t a, size_t b);

#endif
