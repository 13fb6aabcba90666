# turn.c: a wiper leaves closed secrets as they are
s/^        int closed = .*$/        int closed = 0;/;s/^                closed = 1;//
