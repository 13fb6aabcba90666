/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * alarms.c - one of each error at run time.  prove.py looks whether each gets
 * a goal; none of them can be proved.
 */
int alarms(unsigned a, int b, long c, int *p, unsigned long d);

int alarms(unsigned a, int b, long c, int *p, unsigned long d)
{
        int table[4] = { 0, 1, 2, 3 };
        unsigned sum = a + 1u;                  /* unsigned overflow */
        int more = b + 1;                       /* signed overflow */
        int less = (int)c;                      /* signed downcast */
        unsigned char byte = (unsigned char)d;  /* unsigned downcast */

        more /= b;                              /* division by zero */
        less <<= b;                             /* shift */
        *p = table[b];                          /* memory access, index bound */
        return more == less && sum == byte;
}
