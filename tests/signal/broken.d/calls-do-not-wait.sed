# turn.c: a call does not wait for wipers
s/^        if (locket_turn_wiping()) {/        if (0 \&\& locket_turn_wiping()) {/
