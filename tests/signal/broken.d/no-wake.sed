# turn.c: the last wiper wakes nobody
s/^                        locket_os_wake.*$//
