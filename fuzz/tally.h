/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * tally.h - which operations came to which end, over all inputs.
 */
#ifndef FUZZ_TALLY_H
#define FUZZ_TALLY_H

enum tally_end {
        TALLY_OK,
        TALLY_NONE,             /* nothing to do it on */
        TALLY_EINVAL, TALLY_ENOMEM, TALLY_EAGAIN, TALLY_EPERM, TALLY_ENOTSUP, TALLY_EBUSY,
        TALLY_EIO,
        TALLY_ERROR,            /* another errno */
        TALLY_GUARD,            /* the touch would fault */
        TALLY_DAMAGED,          /* damage was counted */
        TALLY_STRUCK,           /* a call of the system was made to fail */
        TALLY_KEPT, TALLY_LOST, /* a child kept a secret; its lock was refused */
        TALLY_OMITTED,          /* a child has not the pages of one */
        TALLY_VIOLATION,        /* and the kinds after it */
        TALLY_ENDS = TALLY_VIOLATION + 8
};

/* One input more. */
void tally_input(void);
/* Operation ${op} of name ${name} came to ${end}. */
void tally(unsigned op, const char *name, enum tally_end end);
/* The end that an errno is; 0: TALLY_OK. */
enum tally_end tally_error(int error);

#endif
