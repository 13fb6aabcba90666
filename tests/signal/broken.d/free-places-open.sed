# turn.c: freed places that a wiper opened stay open
s/ else if (s->state != LOCKET_SLOT_VIRGIN) {/ else if (s->state > LOCKET_SLOT_LIVE) {/
