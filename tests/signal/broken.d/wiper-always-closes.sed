# turn.c: a wiper puts access modes back while a call has its turn
s/^        if (!taken) {/        if (taken < 2) {/
