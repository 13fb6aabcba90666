# turn.c: a wiper leaves cells as they are
/^                locket_run_wipe(/d
