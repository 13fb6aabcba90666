/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * input.h - an input is records of four bytes, each read once: the first says
 * what the machine is like, every other one is an operation.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct record {
        uint8_t op;     /* which operation, */
        uint8_t who;    /* on which secret or arena, */
        uint8_t x, y;   /* and how */
};

struct input {
        const uint8_t *data;
        size_t left;
};

/* Operations of an input that are done: what bounds its time. */
#define INPUT_OPERATIONS 96u

/* The next record: 1, or 0 if there is no whole one. */
static inline int input_next(struct input *in, struct record *r)
{
        if (in->left < 4) {
                return 0;
        }
        r->op = in->data[0];
        r->who = in->data[1];
        r->x = in->data[2];
        r->y = in->data[3];
        in->data += 4;
        in->left -= 4;
        return 1;
}

#endif
