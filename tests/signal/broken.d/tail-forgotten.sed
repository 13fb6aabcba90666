# secret.c: the size is lessened before the tail is wiped
# scene: realloc in place, smaller
/^        locket_wipe_range(t->range.base, s->user + least, s->hi);/d;s/^        locket_size_store(&s->size, least);/&\n        locket_wipe_range(t->range.base, s->user + least, s->hi);/
