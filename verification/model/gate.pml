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
 * The names are those of AdmissionGate. `spin -DLOST_WAKE_UP -a gate.pml` plants the classic fault, a release that does not look
 * again, which the checker must find; `check` runs both.
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

bool locked = false;
byte limit = HIGH;
byte lowered = 0;          /* holding connections may exceed the limit by this many until they leave */
byte maxWaiting = N - 2;

mtype state[N] = NEW;
byte holding = 0;
byte arrived = 0;
byte ended = 0;

#define LOCK   atomic { !locked -> locked = true }
#define UNLOCK atomic { assert(!(free > 0 && waiting > 0)); assert(free == limit - holding); locked = false }

inline admit(i) {
    assert(holding < limit);
    holding++;
    state[i] = ADMITTED
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
    arrived++;
    do
    :: true ->                                   /* the fast path */
        atomic { seenFree = free; seenWaiting = waiting }
        if
        :: seenFree > 0 && seenWaiting == 0 ->
            atomic {
                if
                :: free == seenFree && waiting == seenWaiting -> free--; admit(i); goto entered
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
        :: seenFree > 0 && seenWaiting == 0 ->
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
                    :: free == seenFree && waiting == seenWaiting -> waiting++; state[i] = WAITING; break
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

/* Admission.leave(): whatever the state is, it ends once. */
inline leave(i) {
    bool tried;
    do
    :: state[i] == WAITING ->
        LOCK;
        if
        :: state[i] == WAITING -> atomic { waiting--; finish(i, ABANDONED) }
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

proctype Timer() {
    byte next;
    LOCK;
    atomic {
        if
        :: state[0] == WAITING -> waiting--; finish(0, EXPIRED)
        :: state[1] == WAITING -> waiting--; finish(1, EXPIRED)
        :: state[2] == WAITING -> waiting--; finish(2, EXPIRED)
        :: true
        fi
    }
    handOff();
    UNLOCK
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
        run Operator();
        run Timer()
    }
    _nr_pr == 2;
    assert(arrived == N && ended == N && holding == 0 && waiting == 0 && free == limit)
}
