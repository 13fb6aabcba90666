# turn.c: a page that a call closes is not opened again
# scene: protect: read no more write
s/TRIES 64u/TRIES 1u/
