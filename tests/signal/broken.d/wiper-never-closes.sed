# turn.c: a wiper leaves open what it has opened
s/^        if (!taken) {/        if (taken > 1) {/
