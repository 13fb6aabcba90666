/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fork.pml - src/home.c's way with forks as a model: a thread calls, another one forks,
 * and a signal handler wipes, and forks meanwhile: above the first one, at any moment,
 * or above neither.
 *
 * What an arena's lock guards is two words that are equal between calls; what the
 * spans' lock guards, too.  A fork copies all words in one step, as the kernel
 * does.  Its child, which is alone, sets the locks right and then calls, once.
 *
 *   believed   a child uses an arena's lists only if its two words are equal
 *   spans      are equal in the child of every fork that takes the locks, and nothing
 *              is distrusted there
 *   in the end nobody waits, in no process: no lock is held
 */
#define CALLER 1
#define FORKER 2
#define HANDLER 3

byte home, arena, spans;        /* 0: free; else who has it */
byte a[2], s[2];                /* what arena and spans guard */
byte now;                       /* who wipes: locket_turn_word */
bit above;                      /* the handler is above the caller, who stands still */
byte depth;                     /* locks that the caller takes or has: lock.c */

#define STEP(x) atomic { above == 0 -> x }

inline take(lock) { STEP(depth++); atomic { above == 0 && lock == 0 -> lock = CALLER } }
inline drop(lock) { STEP(lock = 0); STEP(depth--) }

inline calm() { atomic { above == 0 && now == 0 -> skip } }

/* A call: an arena's turn, and in the middle of it a span. */
proctype caller() {
        byte n = 0;

        do
        :: n < CALLS -> n++;
           if
           :: take(home); take(arena); drop(home)       /* locket_home_begin */
           :: take(arena)
           fi;
           do                           /* locket_turn_wait: it keeps no lock */
           :: atomic { above == 0 && now > 0 }; drop(arena); calm(); take(arena)
           :: atomic { above == 0 && now == 0 -> break }
           od;
           STEP(a[0]++);
           if
           :: take(spans); STEP(s[0]++); STEP(s[1]++); drop(spans)
           :: skip
           fi;
           STEP(a[1]++);
           drop(arena)
        :: n == CALLS -> break
        od
}

/* A child: what it has is a copy, and it is alone. */
inline child(took) {
        d_step {
                c_home = home; c_arena = arena; c_spans = spans; c_now = now;
                c_a[0] = a[0]; c_a[1] = a[1]; c_s[0] = s[0]; c_s[1] = s[1]
        };
        if
        :: took -> c_home = 0; c_arena = 0; c_spans = 0         /* locket_home_inherit */
        :: else
        fi;
        torn = (c_arena != 0);                                  /* locket_home_recover */
        c_now = 0;                                              /* locket_turn_alone */
        c_home = 0;
        c_spans = 0;
        c_arena = 0;
        assert(torn || c_a[0] == c_a[1]);                       /* locket_child_distrust */
        assert(!took || (!torn && c_s[0] == c_s[1]));           /* then all is believed */
        (c_home == 0 && c_arena == 0 && c_spans == 0 && c_now == 0)     /* its first call */
}

/* Before a fork every lock is taken, in the order of lock.h; after it, let go.  (Spans are
 * only taken by who has an arena: whoever has all arenas has them.) */
inline forks(me) {
        atomic { home == 0 -> home = me };
        atomic { arena == 0 -> arena = me };
        atomic { spans == 0 -> spans = me };
        child(true);
        spans = 0;
        arena = 0;
        home = 0
}

proctype forker() {
        byte c_home, c_arena, c_spans, c_now, c_a[2], c_s[2];
        bit torn;

        forks(FORKER)
}

/* It waits for nobody who waits for it: if the call below takes or has a lock, it takes
 * none, and its child finds out what was held. */
proctype handler() {
        byte c_home, c_arena, c_spans, c_now, c_a[2], c_s[2];
        bit torn;

        if
        :: above = 1
        :: skip         /* above a thread that is in no call */
        fi;
        now++;
        if
        :: above == 1 && depth != 0 -> child(false)
        :: above == 0 || depth == 0 -> forks(HANDLER)
        fi;
        now--;
        above = 0
}

init {
        atomic { run caller(); run forker(); run handler() };
        _nr_pr == 1;
        assert(home == 0 && arena == 0 && spans == 0 && depth == 0);
        assert(a[0] == a[1] && s[0] == s[1])
}
