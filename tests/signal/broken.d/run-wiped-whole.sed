# turn.c: a wiper zeroes a run as if it were one secret
s/if (r != NULL \&\& locket_run_hint/if (r == NULL \&\& locket_run_hint/
