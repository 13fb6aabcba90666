# cell.c: a cell is live before its record is right
# scene: malloc of a used cell
/^        locket_short_store(&c->state, LOCKET_CELL_LIVE)/d;s/^        c->canary = canary;/        locket_short_store(\&c->state, LOCKET_CELL_LIVE);\n&/
