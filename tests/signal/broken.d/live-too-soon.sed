# slot.c: a slot is live before its record is right
# scene: malloc, checked
/^        locket_int_store(&s->state, LOCKET_SLOT_LIVE)/d;s/^        s->user = user;/        locket_int_store(\&s->state, LOCKET_SLOT_LIVE);\n&/
