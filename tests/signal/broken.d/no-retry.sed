# turn.c: a page that a call closes is not opened again
s/TRIES 64u/TRIES 1u/
