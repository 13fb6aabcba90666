# turn.c: a wiper that came before the look does not count
# scene: realloc, smaller
s/return word != seen || .*$/return word != seen;/
