# turn.c: a wiper does not say that it disturbs a call
s/^                (void)locket_swap(&a->lock.disturbed, 1);$/                (void)0;/
