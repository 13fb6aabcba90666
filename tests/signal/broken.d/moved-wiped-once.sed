# turn.c: a wiper that came before the look does not count
s/return word != seen || .*$/return word != seen;/
