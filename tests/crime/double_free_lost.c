/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a secret lost in a forked child can be freed there once; a second
 *          free is reported, in a grandchild too.
 * Attack:  argument 1 generations down, free it twice.
 */
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crime.h"

/* Go on in a child; the parent ends as the child did. */
static void
descend(void)
{
        int status = 0;
        pid_t pid = fork();

        crime_check(pid >= 0, "fork");
        if (pid == 0)
                return;
        crime_check(waitpid(pid, &status, 0) == pid, "waitpid");
        if (WIFSIGNALED(status))
                (void)raise(WTERMSIG(status));
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 98);
}

int
main(int argc, char **argv)
{
        size_t i, generations = crime_number(argc, argv, 1);
        void *p = (void *)crime_secret(100);

        for (i = 0; i < generations; i++)
                descend();
        crime_start();
        locket_free(p);
        crime_expect(p);
        locket_free(p);
        return 0;
}
