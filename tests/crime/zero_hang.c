/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Crime 0e: the process neither ends nor dies.  The runner's alarm must end
 * it, and the runner must judge that as wrong.
 */
#include <unistd.h>

#include "crime.h"

int
main(void)
{
        for (;;)
                (void)pause();
}
