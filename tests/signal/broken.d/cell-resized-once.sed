# locket.c: a canary of a cell that a wiper took for the secret stays zero
# scene: realloc in a cell, smaller
/^static void locket_stay_cell(/,/^}/s/if (locket_turn_wiped(seen)) {/if (0 \&\& locket_turn_wiped(seen)) {/
