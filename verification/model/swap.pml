/*
 * One gated connection: parked, admitted, resumed, swapped and lost, in every possible order. `check` has spin search
 * every state.
 *
 * Three processes run at once. The peer sends, ends its input or resets. The gate's other threads hand a waiting
 * connection a slot or expire it at any moment. The event loop handles one event at a time, but the gate may admit
 * between any two steps of an event. The model asserts:
 *
 *   - Bytes reach only the real protocol; none is lost, and none arrives twice.
 *   - The real protocol hears connectionMade once and connectionLost once after it, or it hears neither.
 *   - No protocol is swapped in after the connection is lost.
 *   - At the end the slot is free.
 *
 * The names are those of GatedProtocol, DelegatingProtocol and Admission. `-DSTALE_DELIVERY` plants a fault: the loop
 * acts on the gate's verdict as it was posted, without looking at the admission again.
 */
#ifndef BYTES
#define BYTES 2
#endif

mtype = { WAITING, ADMITTED, RELEASED, REFUSED, EXPIRED, ABANDONED };
mtype = { NONE, PARKED, REAL };

/* The admission, and the slot that it may hold. */
mtype state = WAITING;
byte holding = 0;
byte posted = 0;           /* deliveries queued on the loop */
mtype verdict = WAITING;   /* the state when the delivery was posted */

/* The connection. */
byte sent = 0;             /* by the peer */
byte received = 0;         /* by the real protocol */
bool inputEnded = false;
bool reset = false;
bool paused = false;
bool closing = false;
bool lost = false;

/* The protocol that receives the callbacks, and the callbacks of the real one. */
mtype delegate = NONE;
byte madeHeard = 0;
byte lostHeard = 0;
bool keep;                 /* HalfClose.KEEP */

/* Admission.leave(): looks at the state again if the gate admits in between. */
inline leave() {
    do
    :: state == WAITING -> atomic { if :: state == WAITING -> state = ABANDONED :: else fi }
    :: state == ADMITTED -> atomic { assert(holding == 1); state = RELEASED; holding-- }
    :: state != WAITING && state != ADMITTED -> break
    od
}

inline swapIn() {
    assert(!lost);
    delegate = REAL;
    madeHeard++;
    assert(madeHeard == 1)
}

/* Admission.deliver(), on the loop. */
inline deliver() {
    atomic { posted--; now = state }
#ifdef STALE_DELIVERY
    now = verdict;
#endif
    if
    :: now == ADMITTED -> paused = false; swapIn()
    :: now == REFUSED || now == EXPIRED -> closing = true
    :: else
    fi
}

inline connectionMade() {
    delegate = PARKED;
    if
    :: atomic { holding == 0 -> state = ADMITTED; holding++ }; swapIn()
    :: paused = true; entered = true
    :: atomic { state = REFUSED }; closing = true
    fi
}

active proctype Peer() {
    do
    :: sent < BYTES && !inputEnded && !reset -> sent++
    :: !inputEnded && !reset -> inputEnded = true
    :: !reset && !lost -> reset = true
    :: lost || reset || inputEnded -> break
    od
}

bool entered = false;

/* Handoff or expiry, under the gate's lock and from any thread. */
active proctype Gate() {
    do
    :: atomic { entered && state == WAITING -> state = ADMITTED; holding++; verdict = ADMITTED; posted++ }
    :: atomic { entered && state == WAITING -> state = EXPIRED; verdict = EXPIRED; posted++ }
    :: entered && state != WAITING -> break
    :: lost -> break
    od
}

active proctype Loop() {
    mtype now;
    if :: keep = true :: keep = false fi;
    connectionMade();
    do
    :: posted > 0 -> deliver()
    :: !lost && !paused && !closing && received < sent ->
        assert(delegate == REAL);
        received++
    :: !lost && inputEnded && paused && !closing && !keep && delegate == PARKED ->     /* endOfInputSeen */
        leave();
        closing = true
    :: !lost && inputEnded && !paused && !closing && received == sent ->             /* inputClosed: answers, closes */
        assert(delegate == REAL);
        closing = true
    :: !lost && (reset || closing) ->
        lost = true;
        if :: delegate == REAL -> lostHeard++ :: else fi;
        leave()
    :: lost && posted == 0 -> break                     /* the admission has ended: no delivery will follow */
    od;
    assert(holding == 0);
    assert(lostHeard == madeHeard);
    assert(received <= sent && (received == 0 || madeHeard == 1))
}
