/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * rest.c - the self-test's unit that is not proved.
 */
int locket_rest(int x);

int locket_rest(int x)
{
        return x + 1;
}
