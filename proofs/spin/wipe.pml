/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * wipe.pml - src/turn.c as a model: two threads that call, one that wipes, and a
 * handler that interrupts one of them anywhere and wipes too.
 *
 * An arena has two slots of two cells.  A cell is zero, a byte of a secret, or a
 * canary; a secret of size 1 has its canary in the second cell.  What is one
 * line in the C text is one step here; `over[p]` handlers are above thread p,
 * which cannot go on meanwhile.
 *
 *   fault    whoever touches a cell while its page is closed
 *   report   a call finds a canary damaged, or a free place not zero
 *   after a wipe no cell is a secret's; but for one that a call had in a register
 *            (`flight`), and that one is gone when the call is over
 *   in the end every page is as its record says, and nobody waits
 */
#define NONE 0
#define SECRET 1
#define CANARY 2

#define CLOSED 0
#define OPEN 1

#define FREE 0
#define LIVE 1

#define CALLER 0
#define OTHER 1
#define WIPER 2
#define HANDLER 3

/* locket_lock: word, disturbed.  locket_turn_word: started, now. */
bit lock, disturbed;
byte started, now;

byte state[2], record[2], page[2], size[2], cell[4];
byte over[4];
bool flight, done;
byte calls = CALLS;

#define STEP(p, x) atomic { over[p] == 0 -> x }
#define WHEN(p, c) atomic { over[p] == 0 && (c) -> skip }
#define WIPED (started != seen || busy > 0)     /* locket_turn_wiped */
#define SECRETS (cell[0] == SECRET || cell[1] == SECRET || cell[2] == SECRET || cell[3] == SECRET)

/* ------------------------------------------------------------------- calls */

inline settle(p, i) { STEP(p, page[i] = record[i]) }
inline repair(p) { settle(p, 0); settle(p, 1) }

inline begin(p) {
        do
        :: atomic { over[p] == 0 && lock == 0 -> lock = 1 };
           STEP(p, was = disturbed);
           if
           :: was -> STEP(p, disturbed = 0)
           :: else
           fi;
           if
           :: WHEN(p, now > 0);
              if
              :: was -> STEP(p, disturbed = 1)
              :: else
              fi;
              STEP(p, lock = 0);
              WHEN(p, now == 0)         /* locket_turn_calm */
           :: WHEN(p, now == 0);
              if
              :: was -> repair(p)
              :: else
              fi;
              break
           fi
        od
}

inline end(p) {
        STEP(p, lock = 0);
        do
        :: WHEN(p, disturbed == 1); begin(p); STEP(p, lock = 0)
        :: WHEN(p, disturbed == 0); break
        od
}

inline look(p) { STEP(p, seen = started; busy = now) }

/* Touching cells: the page has to be open. */
inline put(p, i, k, value) { STEP(p, assert(page[i] == OPEN); cell[2 * (i) + k] = value) }
inline judge(p, i) {
        STEP(p, assert(page[i] == OPEN); assert(size[i] == 2 || cell[2 * (i) + 1] == CANARY))
}
inline set_access(p, i, to) {
        if
        :: record[i] != to -> STEP(p, page[i] = to); STEP(p, record[i] = to)
        :: else
        fi
}

/* locket_secret_end: opened, judged, wiped, dropped, closed. */
inline finish(p, i) {
        set_access(p, i, OPEN);
        judge(p, i);
        put(p, i, 0, NONE);
        put(p, i, 1, NONE);
        STEP(p, state[i] = FREE);
        set_access(p, i, CLOSED)
}

/* locket_arena_get and locket_secret_make. */
inline make(p, i, bytes) {
        set_access(p, i, OPEN);
        STEP(p, assert(page[i] == OPEN && cell[2 * (i)] == NONE && cell[2 * (i) + 1] == NONE));
        if
        :: bytes == 1 -> put(p, i, 1, CANARY)
        :: else
        fi;
        STEP(p, size[i] = bytes);
        STEP(p, state[i] = LIVE)
}

inline carry(p, from, to, k) {
        STEP(p, assert(page[from] == OPEN); byte_of = cell[2 * (from) + k];
                flight = flight || byte_of == SECRET);
        put(p, to, k, byte_of)
}

inline move(p, from, to) {
        set_access(p, from, OPEN);
        judge(p, from);
        look(p);
        make(p, to, size[from]);
        carry(p, from, to, 0);
        if
        :: size[from] == 2 -> carry(p, from, to, 1)
        :: else
        fi;
        if
        :: WHEN(p, WIPED); put(p, to, 0, NONE);
           if
           :: size[to] == 2 -> put(p, to, 1, NONE)
           :: else
           fi
        :: WHEN(p, !(WIPED))
        fi;
        STEP(p, byte_of = NONE; flight = false);
        finish(p, from)
}

/* locket_secret_fit, there and back. */
inline fit(p, i, bytes) {
        put(p, i, 1, NONE);
        STEP(p, size[i] = 1);
        if
        :: bytes == 1 -> put(p, i, 1, CANARY)
        :: else
        fi;
        STEP(p, size[i] = bytes)
}

inline stay(p, i, bytes) {
        set_access(p, i, OPEN);
        judge(p, i);
        look(p);
        fit(p, i, bytes);
        if
        :: WHEN(p, WIPED); WHEN(p, now == 0);
           if
           :: bytes == 1 -> put(p, i, 1, CANARY)
           :: else
           fi
        :: WHEN(p, !(WIPED))
        fi
}

#define over_when_done assert(!done || !SECRETS)

/* The owner of a secret, that is at 0 or, when it was moved, at 1. */
proctype caller() {
        bit was, mine = 0, may = record[0];
        byte seen, busy, byte_of, want;

        do
        :: calls > 0 -> calls--;
           STEP(CALLER, assert(!may || page[mine] == OPEN)); /* what it opened, it can use */
           begin(CALLER);
           if
           :: state[mine] == LIVE -> set_access(CALLER, mine, CLOSED); may = 0
           :: state[mine] == LIVE -> set_access(CALLER, mine, OPEN); may = 1
           :: state[mine] == LIVE -> finish(CALLER, mine); may = 0
           :: state[mine] == LIVE -> move(CALLER, mine, 1 - mine); mine = 1 - mine; may = 1
           :: state[mine] == LIVE -> want = 3 - size[mine]; stay(CALLER, mine, want); may = 1
           :: state[mine] == FREE -> make(CALLER, mine, 1); may = 1
           :: state[mine] == FREE -> make(CALLER, mine, 2); may = 1
           fi;
           end(CALLER);
           STEP(CALLER, over_when_done)
        :: calls == 0 -> break
        od
}

/* locket_validate, in another thread. */
inline look_at(p, i) {
        if
        :: state[i] == LIVE ->
           closed = record[i] == CLOSED;
           if
           :: closed -> set_access(p, i, OPEN)
           :: else
           fi;
           judge(p, i);
           if
           :: closed -> set_access(p, i, CLOSED)
           :: else
           fi
        :: else
        fi
}

proctype other() {
        bit was, closed;

        begin(OTHER);
        look_at(OTHER, 0);
        look_at(OTHER, 1);
        end(OTHER)
}

/* ------------------------------------------------------------------ wipers */

inline zero(p, i) {
        STEP(p, live = state[i] == LIVE);
        if
        :: live ->
           STEP(p, bytes = size[i]);
           STEP(p, shut = record[i] == CLOSED);
           k = 0;
           do
           :: shut -> STEP(p, page[i] = OPEN); shut = 0
           :: !shut && k < bytes ->
              STEP(p, if
                      :: page[i] == OPEN -> cell[2 * (i) + k] = NONE; k++
                      :: else -> shut = 1; k = 0        /* EFAULT: all of it again */
                      fi)
           :: !shut && k >= bytes -> break
           od;
           if
           :: !taken -> STEP(p, page[i] = record[i])
           :: else
           fi
        :: else
        fi
}

inline wipe(p) {
        STEP(p, now++; started++);
        STEP(p, taken = lock);
        if
        :: taken -> STEP(p, disturbed = 1); STEP(p, taken = lock)
        :: else
        fi;
        zero(p, 0);
        zero(p, 1);
        STEP(p, now--)
}

proctype wiper() {
        bit taken, live, shut;
        byte bytes, k;

        wipe(WIPER);
        STEP(WIPER, assert(flight || !SECRETS); done = true)
}

/* Above the caller or the wiper, at any moment; who is below does not move. */
proctype handler() {
        bit taken, live, shut;
        byte bytes, k, below;

        if
        :: below = CALLER
        :: below = WIPER
        fi;
        atomic { over[below] == 0 -> over[below] = 1 };
        wipe(HANDLER);
        atomic {
                assert(!SECRETS || (below != CALLER && flight));
                done = true;
                over[below] = 0
        }
}

init {
        atomic {
                state[0] = LIVE;
                if
                :: record[0] = OPEN
                :: record[0] = CLOSED
                fi;
                page[0] = record[0];
                cell[0] = SECRET;
                if
                :: size[0] = 1; cell[1] = CANARY
                :: size[0] = 2; cell[1] = SECRET
                fi;
                size[1] = 2;            /* an earlier secret's */
                run caller();
                run other();
                run wiper();
                run handler()
        };
        /* all is over */
        _nr_pr == 1;
        assert(!SECRETS);
        assert(page[0] == record[0] && page[1] == record[1]);
        assert(state[0] == FREE || size[0] == 2 || cell[1] == CANARY);
        assert(state[1] == FREE || size[1] == 2 || cell[3] == CANARY);
        assert(now == 0 && lock == 0)
}
