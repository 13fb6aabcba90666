# turn.c: a wiper puts access modes back while a call has its turn
s/return taken ? 0 : locket_turn_shut/return locket_turn_shut/
