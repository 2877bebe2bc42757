/*
 * The admission gate, reduced to what threads can do to one another: the word and its compare-and-sets, the lock, the handoff, and
 * connections that leave at any moment. Checked exhaustively by spin:
 *
 *   spin -a gate.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * N connections come and go on threads of their own; an operator lowers and raises the limit; a timer may expire any waiter. What
 * is asserted, at every step or at the end:
 *
 *   - whoever is admitted finds a slot: the number of active connections exceeds the limit only after it was lowered, and nobody
 *     is admitted while it does;
 *   - the word is the truth: its free slots are the limit less the active, its waiters those in the room;
 *   - each connection ends once, and the counters add up;
 *   - no wake-up is lost: whenever the lock is free, nobody waits beside a free slot.
 *
 * What is done in portions is done here one waiter at a time, and the lock is given back between two: expiry always; with -DCLOSES, in
 * the place of the operator, closing; with -DCHANGES a change of the policy. A gate that closes refuses everyone in one instant, and
 * settles each later. A policy that is filled has, at the moment when it takes over, those that wait and nobody else.
 *
 * The names are those of AdmissionGate. `spin -DLOST_WAKE_UP -a gate.pml` plants the classic fault, a release that does not look
 * again, which the checker must find; -DWAITS_WHILE_CLOSING leaves the waiters of a gate that closes in the count, and
 * -DFORGETS_TO_TELL does not tell the policy that is filled of those that leave. `check` runs them all.
 */
#ifndef N
#define N 3
#endif
#define HIGH 2
#define LOW 1

mtype = { NEW, WAITING, ADMITTED, RELEASED, REFUSED, EXPIRED, ABANDONED };

/* The word. A compare-and-set is an atomic test and change of both fields. */
short free = HIGH;
byte waiting = 0;

bool closed = false;       /* part of the word too */

bool locked = false;
byte limit = HIGH;
byte lowered = 0;          /* holding connections may exceed the limit by this many until they leave */
byte maxWaiting = N - 2;

mtype state[N] = NEW;
byte holding = 0;
byte arrived = 0;
byte ended = 0;
byte refusedAtOnce = 0;    /* by closing; each is settled later */

/* The policy that is being filled, in order of arrival. */
bool taken[N] = false;
byte sequence[N] = 0;
byte lastSequence = 0;
byte sequences = 0;

#define LOCK   atomic { !locked -> locked = true }
#define UNLOCK atomic { assert(!(free > 0 && waiting > 0)); assert(free == limit - holding); locked = false }

inline admit(i) {
    assert(holding < limit);
    holding++;
    state[i] = ADMITTED
}

/* Leaves the room, of which the policy that is being filled hears if it has been given this waiter. */
inline departs(i) {
    skip;
#ifndef FORGETS_TO_TELL
    if
    :: sequence[i] <= lastSequence -> taken[i] = false
    :: else
    fi
#endif
}

/* Under the lock: while someone waits the word is ours. Any waiter may be the policy's next. */
inline handOff() {
    do
    :: free > 0 && waiting > 0 ->
        atomic {
            if
            :: state[0] == WAITING -> next = 0
            :: state[1] == WAITING -> next = 1
            :: state[2] == WAITING -> next = 2
            fi;
            free--;
            waiting--;
            departs(next);
            admit(next)
        }
    :: else -> break
    od
}

inline finish(i, how) {
    atomic { assert(state[i] != RELEASED && state[i] != REFUSED && state[i] != EXPIRED && state[i] != ABANDONED);
             state[i] = how; ended++ }
}

inline enter(i) {
    byte seenWaiting;
    short seenFree;
    bool seenClosed;
    arrived++;
    do
    :: true ->                                   /* the fast path */
        atomic { seenFree = free; seenWaiting = waiting; seenClosed = closed }
        if
        :: seenFree > 0 && seenWaiting == 0 && !seenClosed ->
            atomic {
                if
                :: free == seenFree && waiting == seenWaiting && !closed -> free--; admit(i); goto entered
                :: else
                fi
            }
        :: else -> break
        fi
    od;
    LOCK;
    do
    :: true ->
        atomic { seenFree = free; seenWaiting = waiting }
        if
        :: closed -> finish(i, REFUSED); break
        :: !closed && seenFree > 0 && seenWaiting == 0 ->
            atomic {
                if
                :: free == seenFree && waiting == seenWaiting -> free--; admit(i); break
                :: else
                fi
            }
        :: else ->
            if
            :: seenWaiting >= maxWaiting -> finish(i, REFUSED); break
            :: else ->
                atomic {
                    if
                    :: free == seenFree && waiting == seenWaiting ->
                        waiting++;
                        sequences++;
                        sequence[i] = sequences;
                        state[i] = WAITING;
                        break
                    :: else
                    fi
                }
            fi
        fi
    od;
    handOff();
    UNLOCK;
entered:
    skip
}

inline release(i) {
    byte sawWaiting;
    short sawFree;
    finish(i, RELEASED);
    do
    :: true ->
        atomic { sawFree = free; sawWaiting = waiting }
        if
        :: sawWaiting != 0 ->
            LOCK;
            atomic { free++; holding-- }
            handOff();
            UNLOCK;
            break
        :: else ->
#ifdef LOST_WAKE_UP
            atomic { free++; holding--; break }
#else
            atomic {
                if
                :: free == sawFree && waiting == sawWaiting -> free++; holding--; break
                :: else
                fi
            }
#endif
        fi
    od
}

/* One that a gate which closes has refused, and that is counted already. */
inline settle(i) {
    atomic { refusedAtOnce--; finish(i, REFUSED) }
}

/* Admission.leave(): whatever the state is, it ends once. */
inline leave(i) {
    bool tried;
    do
    :: state[i] == WAITING ->
        LOCK;
        if
        :: state[i] == WAITING && !closed -> atomic { waiting--; departs(i); finish(i, ABANDONED) }
        :: state[i] == WAITING && closed -> settle(i)
        :: else
        fi;
        handOff();
        UNLOCK
    :: state[i] == ADMITTED ->
        release(i);
        break
    :: state[i] != WAITING && state[i] != ADMITTED -> break
    od
}

proctype Connection(byte me) {
    byte next;
    enter(me);
    if
    :: state[me] == ADMITTED || state[me] == REFUSED || state[me] == EXPIRED  /* is told, then goes */
    :: true                                                                   /* goes before that */
    fi;
    leave(me)
}

proctype Operator() {
    byte next;
    LOCK;
    atomic { free = free + LOW - limit; limit = LOW }
    handOff();
    UNLOCK;
    LOCK;
    atomic { free = free + HIGH - limit; limit = HIGH }
    handOff();
    UNLOCK
}

proctype Closer() {
    byte next;
    LOCK;
    atomic {
        closed = true;
        refusedAtOnce = waiting;
#ifndef WAITS_WHILE_CLOSING
        waiting = 0
#endif
    }
    handOff();
    UNLOCK;
    do
    :: true ->
        LOCK;
        if
        :: state[0] == WAITING -> settle(0)
        :: state[0] != WAITING && state[1] == WAITING -> settle(1)
        :: state[0] != WAITING && state[1] != WAITING && state[2] == WAITING -> settle(2)
        :: else -> UNLOCK; break
        fi;
        UNLOCK
    od;
    assert(refusedAtOnce == 0)
}

#define NEXT(i) (state[i] == WAITING && sequence[i] > lastSequence)
#define FIRST(i, a, b) (NEXT(i) && !(NEXT(a) && sequence[a] < sequence[i]) && !(NEXT(b) && sequence[b] < sequence[i]))
#define HAS_WHAT_WAITS(i) (taken[i] == (state[i] == WAITING))

/* Gives a policy one waiter at a time; it takes over when there is no more. */
proctype Changer() {
    do
    :: true ->
        LOCK;
        atomic {
            if
            :: FIRST(0, 1, 2) -> taken[0] = true; lastSequence = sequence[0]
            :: FIRST(1, 0, 2) -> taken[1] = true; lastSequence = sequence[1]
            :: FIRST(2, 0, 1) -> taken[2] = true; lastSequence = sequence[2]
            :: else ->
                assert(HAS_WHAT_WAITS(0) && HAS_WHAT_WAITS(1) && HAS_WHAT_WAITS(2));
                locked = false;
                break
            fi
        }
        UNLOCK
    od
}

/* Two waiters may be due, the oldest first or not: each has the lock to itself. */
proctype Timer() {
    byte next;
    byte portions = 0;
    do
    :: portions < 2 ->
        portions++;
        LOCK;
        atomic {
            if
            :: state[0] == WAITING && !closed -> waiting--; departs(0); finish(0, EXPIRED)
            :: state[1] == WAITING && !closed -> waiting--; departs(1); finish(1, EXPIRED)
            :: state[2] == WAITING && !closed -> waiting--; departs(2); finish(2, EXPIRED)
            :: true
            fi
        }
        handOff();
        UNLOCK
    :: portions == 2 -> break
    od
}

/* Stands by, and speaks up if ever the lock is free, a slot is free, and somebody waits. */
proctype Monitor() {
end:
    atomic { !locked && free > 0 && waiting > 0 -> assert(false) }
}

init {
    atomic {
        run Monitor();
        run Connection(0);
        run Connection(1);
        run Connection(2);
#ifdef CLOSES
        run Closer();
#else
#ifdef CHANGES
        run Changer();
#else
        run Operator();
#endif
#endif
        run Timer()
    }
    _nr_pr == 2;
    assert(arrived == N && ended == N && holding == 0 && waiting == 0 && free == limit)
}
