# run.c: a wiper takes a run that is being made for one secret
# scene: compact arena's life
/^        locket_run_mark(r, s, i);/d;s/^        locket_run_cut(r, a, i, s);/&\n        locket_run_mark(r, s, i);/
