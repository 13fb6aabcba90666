# turn.c: a call does not look, after its turn, whether it was disturbed
/^void locket_turn_end/,/^}/s/if (locket_load.*) {/if (0) {/
