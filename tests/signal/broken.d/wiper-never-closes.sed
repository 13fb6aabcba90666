# turn.c: a wiper leaves open what it has opened
s/return taken ? 0 : locket_turn_shut.*;/return 0;/
