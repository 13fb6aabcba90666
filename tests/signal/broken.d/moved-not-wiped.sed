# locket.c: what realloc moves while all is wiped stays
# scene: realloc, larger, pages
/^static size_t locket_move/,/^}/s/if (locket_turn_wiped(seen)) {/if (0 \&\& locket_turn_wiped(seen)) {/
