/*
 * One gated connection: parked, admitted, resumed, swapped, lost, in every order there is. Checked exhaustively by spin, see `check`.
 *
 * Three act at once: the peer, which sends, ends its input or resets; the gate, whose other threads hand a waiting connection a slot
 * or let it expire at any moment; and the event loop, which takes one event at a time. An event is not atomic to the gate: it may
 * admit between any two steps of it. What is asserted:
 *
 *   - no byte reaches a protocol that is not there, none is lost, none comes twice;
 *   - the real protocol hears connectionMade once, and connectionLost once after it; or it hears nothing;
 *   - nothing is swapped in once the connection is lost;
 *   - when all is over the slot is free, whatever happened.
 *
 * The names are those of GatedProtocol, DelegatingProtocol and Admission. `-DSTALE_DELIVERY` plants a fault: the gate's verdict is
 * acted on as it was posted, without another look at the admission.
 */
#ifndef BYTES
#define BYTES 2
#endif

mtype = { WAITING, ADMITTED, RELEASED, REFUSED, EXPIRED, ABANDONED };
mtype = { NOBODY, PARKED, REAL };

/* The admission, and the slot that it may hold. */
mtype state = WAITING;
byte holding = 0;
byte posted = 0;           /* deliveries that wait for the loop */
mtype verdict = WAITING;   /* what it was when it was posted */

/* The connection. */
byte sent = 0;             /* by the peer */
byte received = 0;         /* by the real protocol */
bool inputEnded = false;
bool reset = false;
bool paused = false;
bool closing = false;
bool lost = false;

/* Who hears the callbacks, and what it has heard. */
mtype delegate = NOBODY;
byte madeHeard = 0;
byte lostHeard = 0;
bool keep;                 /* HalfClose.KEEP */

/* Admission.leave(): two looks, because the gate may admit in between. */
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

/* Handoff, expiry or the gate's close: under its lock, from any thread. */
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
    :: !lost && inputEnded && !paused && !closing && received == sent ->               /* inputClosed: it answers and closes */
        assert(delegate == REAL);
        closing = true
    :: !lost && (reset || closing) ->
        lost = true;
        if :: delegate == REAL -> lostHeard++ :: else fi;
        leave()
    :: lost && posted == 0 -> break                     /* nothing will come: the admission has ended */
    od;
    assert(holding == 0);
    assert(lostHeard == madeHeard);
    assert(received <= sent && (received == 0 || madeHeard == 1))
}
