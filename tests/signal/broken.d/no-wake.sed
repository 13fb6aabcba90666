# turn.c: the last wiper wakes nobody
/^void locket_turn_leave/,/^}/s/^        locket_os_wake.*$//
