# turn.c: a wiper does not look again whether the call has ended
s/^                taken = locket_lock_held.*$//
