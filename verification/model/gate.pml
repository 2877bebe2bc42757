/*
 * The admission gate, reduced to the ways in which threads can interfere: the word and its compare-and-sets, the lock,
 * the handoff, and connections that leave at any moment. Spin checks every state:
 *
 *   spin -a gate.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * N connections arrive and leave on their own threads. An operator lowers and raises the limit. A timer may expire any
 * waiter. The model asserts, at every step or at the end:
 *
 *   - An admission always takes a free slot. The active connections exceed the limit only after it was lowered, and
 *     the gate admits no connection while they do.
 *   - The word is accurate: its free slots are the limit less the active connections, and its waiters are those in the
 *     waiting room.
 *   - Each connection ends once, and the counters add up.
 *   - No wake-up is lost: whenever the lock is free, no connection waits beside a free slot.
 *
 * AdmissionGate handles waiters in portions. The model handles one waiter at a time and releases the lock between two
 * of them: always for expiry; for closing with -DCLOSES, which replaces the operator; for a change of the policy with
 * -DCHANGES. A gate that closes refuses all waiters at one instant and settles each of them later. A new policy that
 * is being filled has, at the moment when it takes over, exactly the connections that wait.
 *
 * The names are those of AdmissionGate. Each of these macros plants a fault that the checker must find; `check` runs
 * them all:
 *
 *   LOST_WAKE_UP         a release does not look at the waiters again
 *   WAITS_WHILE_CLOSING  a gate that closes leaves its waiters in the count
 *   FORGETS_TO_TELL      the policy that is being filled does not hear of departures
 */
#ifndef N
#define N 3
#endif
#define HIGH 2
#define LOW 1

mtype = { NEW, WAITING, ADMITTED, RELEASED, REFUSED, EXPIRED, ABANDONED };

/* The word. A compare-and-set atomically tests and changes both fields. */
short free = HIGH;
byte waiting = 0;

bool closed = false;       /* also part of the word */

bool locked = false;
byte limit = HIGH;
byte lowered = 0;          /* connections that hold slots may exceed the limit by this many until they leave */
byte maxWaiting = N - 2;

mtype state[N] = NEW;
byte holding = 0;
byte arrived = 0;
byte ended = 0;
byte refusedAtOnce = 0;    /* refused by closing and not settled yet */

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

/* Leaves the waiting room. The policy that is being filled hears of it if it already has this waiter. */
inline departs(i) {
    skip;
#ifndef FORGETS_TO_TELL
    if
    :: sequence[i] <= lastSequence -> taken[i] = false
    :: else
    fi
#endif
}

/* Runs under the lock: while connections wait, only its holder changes the word. The policy may pick any waiter. */
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

/* Settles a waiter that closing has refused and already counted. */
inline settle(i) {
    atomic { refusedAtOnce--; finish(i, REFUSED) }
}

/* Admission.leave(): ends the admission once, in any state. */
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
    :: state[me] == ADMITTED || state[me] == REFUSED || state[me] == EXPIRED  /* leaves after the callback */
    :: true                                                                   /* leaves before the callback */
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

/* Hands the new policy one waiter at a time; it takes over when it has them all. */
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

/* Expires up to two waiters in any order, each under a lock of its own. */
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

/* Fails if at any moment the lock is free, a slot is free, and a connection waits. */
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
