# locket.c: a canary that a wiper took for the secret stays zero
# scene: realloc in place, closed
/^static void locket_stay(/,/^}/s/if (locket_turn_wiped(seen)) {/if (0 \&\& locket_turn_wiped(seen)) {/
