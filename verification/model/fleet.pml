/*
 * The lease protocol of a fleet (docs/fleet.md): two nodes share LIMIT slots that a Redis lends them. Spin checks every
 * state:
 *
 *   spin -a fleet.pml && cc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -E -m100000
 *
 * The network is a set of messages: every message may arrive at any later moment, more than once, or never, in either
 * direction. A node may be silent for any time; it may crash and start again. Redis may crash and come back with the
 * data it had saved at any earlier moment. The model has no time: a step that waits for a clock is guarded by the
 * condition that the clock stands for. At every admission the model asserts that all nodes together serve at most LIMIT
 * connections.
 *
 * A node's steps are those of Heartbeat. With FINE each is a step of its own, and connections enter between any two of
 * them: decide the limit, set the gate to it, look at the gate, report. Without FINE they are one step, which leaves
 * enough states for a Redis that loses writes. Redis loses writes when it comes back with the data it saved, or with
 * those of its replica: as another process, or as the same process after it was a replica. The script detects the loss
 * from what it wrote last and from nothing else. No step reads a clock of Redis.
 *
 * The words are those of fleet.lua and Lease. Each of these macros plants a fault or removes a safeguard, and the
 * checker must find the violation; `check` runs them all:
 *
 *   EARLY_LOOK  a report counts the connections that were served before the gate's limit was lowered (FINE)
 *   LATE_RAISE  a report does not count a limit that the gate is about to get (FINE)
 *   RUN_ID      the script compares the process that wrote last, but not the history of its data
 *   CLOCK_STEP  Redis lends a node's slots to others, or stops settling, by a clock that was set forward
 *   ANY_ANSWER  a node takes an answer to an earlier question of its own
 *   NO_MEMORY   Redis takes a node's older report after a newer one
 *   NO_PAUSE    Redis goes on granting after it has lost writes
 *   NO_CUT      a node whose lease has ended keeps its connections, and Redis lends no slots to others when a lease
 *               ends: safe while Redis loses nothing (LOSSES=0), unsafe when it does
 */
#define LIMIT 2
#ifndef QUESTIONS
#define QUESTIONS 3            /* per node */
#endif
#ifndef LOSSES
#define LOSSES 1               /* times that Redis comes back with older data */
#endif

/* Redis, and its saved copy. */
byte granted[2], seen[2], generation[2];
byte savedGranted[2], savedSeen[2], savedGeneration[2];
bool saved = false;
byte epoch;
bit process, wroteProcess;     /* the process that runs, and the process that wrote last */
byte history, wroteHistory;    /* the history of the data now, and at the last write */
bool settling = false;         /* writes may have been lost: Redis grants nothing */

/* The nodes. */
bool alive[2], crashed;
byte held[2];                  /* the gate's limit */
byte due[2];                   /* the limit that the gate is to get */
byte view[2];                  /* the number that the next report will contain */
bool looked[2];                /* a report is pending: no answer is taken before it is sent */
byte served[2];
byte asked[2];                 /* questions so far */
byte awaited[2];               /* the question whose answer is taken; 0 for none */
byte knownEpoch[2];
byte own[2];                   /* the generation, drawn at the start */
bool heard[2];                 /* reported since Redis came back */

/* The network: the contents of each question, and the grant that answered it, if any. */
#define AT(i, n) ((i) * (QUESTIONS + 1) + (n))
#define NOTHING 7
byte saidGeneration[2 * (QUESTIONS + 1)], saidEpoch[2 * (QUESTIONS + 1)], saidHeld[2 * (QUESTIONS + 1)];
byte answer[2 * (QUESTIONS + 1)] = NOTHING;

#define SUM(x) (x[0] + x[1])
#define MAX(a, b) (a > b -> a : b)

/* The node uses no lent slot any more: its lease has ended by its own clock, and its connections are closed. */
#if defined(CLOCK_STEP)
#define ENDED(i) true
#elif defined(NO_CUT)
#define ENDED(i) (held[i] == 0 && due[i] == 0 && awaited[i] == 0)
#else
#define ENDED(i) (held[i] == 0 && due[i] == 0 && awaited[i] == 0 && served[i] == 0)
#endif

/* Whether the script finds that the data are those of its last write. */
#ifdef RUN_ID
#define KNOWN (wroteProcess == process)
#else
#define KNOWN (wroteProcess == process && wroteHistory == history)
#endif

/* The most slots that a node has, is about to have, or serves. */
#if defined(EARLY_LOOK)
#define SEEN(i) served[i]
#define REPORTED(i) MAX(view[i], held[i])
#elif defined(LATE_RAISE)
#define SEEN(i) MAX(held[i], served[i])
#define REPORTED(i) view[i]
#else
#define SEEN(i) MAX(MAX(held[i], due[i]), served[i])
#define REPORTED(i) view[i]
#endif

inline ask(i) {
    asked[i]++;
    awaited[i] = asked[i];
    saidGeneration[AT(i, asked[i])] = own[i];
    saidEpoch[AT(i, asked[i])] = knownEpoch[i];
    saidHeld[AT(i, asked[i])] = REPORTED(i);
    looked[i] = false;
    view[i] = 0
}

/* Sets the gate's limit: at once, or in a step of its own if FINE. */
#ifdef FINE
#define SET(i) skip
#else
#define SET(i) held[i] = due[i]
#endif

inline take(i, n) {
    atomic {
#ifdef ANY_ANSWER
        alive[i] && !looked[i] && awaited[i] != 0 && answer[AT(i, n)] != NOTHING &&
            saidGeneration[AT(i, n)] == own[i] ->
#else
        alive[i] && !looked[i] && awaited[i] == n && answer[AT(i, n)] != NOTHING ->
#endif
        due[i] = answer[AT(i, n)];
        awaited[i] = 0;
        SET(i)
    }
}

proctype Node(byte i) {
    do
    /* Admit and release. */
    :: atomic { served[i] < held[i] -> served[i]++; assert(SUM(served) <= LIMIT) }
    :: atomic { served[i] > 0 -> served[i]-- }
    /* To give up slots a node lowers its gate's limit first; it still reports the connections that it serves. */
#ifdef FINE
    :: atomic { due[i] > 0 && due[i] == held[i] -> due[i]-- }
    :: atomic { held[i] != due[i] -> held[i] = due[i] }
    :: atomic { alive[i] && !looked[i] && asked[i] < QUESTIONS -> looked[i] = true; view[i] = SEEN(i) }
    :: atomic { looked[i] -> ask(i) }
#else
    :: atomic { alive[i] && asked[i] < QUESTIONS && held[i] > 0 -> held[i]--; due[i]--; view[i] = SEEN(i); ask(i) }
    :: atomic { alive[i] && asked[i] < QUESTIONS -> view[i] = SEEN(i); ask(i) }
#endif
    :: take(i, 1)
    :: take(i, 2)
#if QUESTIONS > 2
    :: take(i, 3)
#endif
#if QUESTIONS > 3
    :: take(i, 4)
#endif
    /* Learn from an answer that Redis has begun a new epoch. */
    :: atomic { alive[i] && awaited[i] != 0 && knownEpoch[i] != epoch -> knownEpoch[i] = epoch; awaited[i] = 0 }
    /* The lease ends. */
    :: atomic { due[i] > 0 || awaited[i] != 0 -> due[i] = 0; awaited[i] = 0; SET(i) }
    /* kill -9: the kernel closes the connections. Then the node starts again under its name. Only node 0 does so: the
       two nodes are alike. */
    :: atomic {
           i == 0 && alive[i] && !crashed ->
           crashed = true; alive[i] = false;
           held[i] = 0; due[i] = 0; served[i] = 0; awaited[i] = 0; knownEpoch[i] = 0; looked[i] = false; view[i] = 0
       }
    :: atomic { !alive[i] -> alive[i] = true; own[i]++ }
    od
}

#ifdef NO_MEMORY
#define IS_NEWS(i, n) (saidGeneration[AT(i, n)] >= generation[i])
#else
#define IS_NEWS(i, n) (saidGeneration[AT(i, n)] > generation[i] \
    || (saidGeneration[AT(i, n)] == generation[i] && n > seen[i]))
#endif

/* The script answers question n of node i. */
inline beat(i, n) {
    atomic {
        n <= asked[i] && KNOWN && saidEpoch[AT(i, n)] == epoch && IS_NEWS(i, n) ->
        generation[i] = saidGeneration[AT(i, n)];
        seen[i] = n;
        granted[i] = saidHeld[AT(i, n)];           /* fewer than before, or slots that Redis has forgotten granting */
        heard[i] = true;
        if
        :: !settling && SUM(granted) < LIMIT -> granted[i]++
        :: !settling && SUM(granted) + 1 < LIMIT -> granted[i] = granted[i] + 2
        :: true
        fi;
        answer[AT(i, n)] = granted[i]
    }
}

proctype Redis() {
    do
    :: beat(0, 1)
    :: beat(0, 2)
    :: beat(1, 1)
    :: beat(1, 2)
#if QUESTIONS > 2
    :: beat(0, 3)
    :: beat(1, 3)
#endif
#if QUESTIONS > 3
    :: beat(0, 4)
    :: beat(1, 4)
#endif
#ifndef NO_CUT
    /* Lend the slots of a silent node to others once its lease has ended. */
    :: atomic { granted[0] > 0 && ENDED(0) -> granted[0] = 0 }
    :: atomic { granted[1] > 0 && ENDED(1) -> granted[1] = 0 }
#endif
#if LOSSES > 0
    /* Save, or replicate, the data; then crash and come back with them, or fail over to the replica, now or earlier. */
    :: atomic {
           !saved && history == 0 -> saved = true;
           savedGranted[0] = granted[0]; savedGranted[1] = granted[1];
           savedSeen[0] = seen[0]; savedSeen[1] = seen[1];
           savedGeneration[0] = generation[0]; savedGeneration[1] = generation[1]
       }
    :: atomic {
           history < LOSSES -> history++;
           if
           :: process = 1
           :: process = 0
           fi;
           wroteProcess = 0; wroteHistory = 0; epoch = 0;
           granted[0] = savedGranted[0]; granted[1] = savedGranted[1];
           seen[0] = savedSeen[0]; seen[1] = savedSeen[1];
           generation[0] = savedGeneration[0]; generation[1] = savedGeneration[1]
       }
    /* The next call finds data that differ from its last write. */
    :: atomic {
           !KNOWN -> wroteProcess = process; wroteHistory = history;
           epoch = history;
           heard[0] = false; heard[1] = false;
#ifndef NO_PAUSE
           settling = true
#endif
       }
    /* A lease and a margin have passed: a node that has not reported has no lease any more. */
    :: atomic { settling && (heard[0] || ENDED(0)) && (heard[1] || ENDED(1)) -> settling = false }
#endif
    od
}

init {
    atomic {
        run Node(0);
        run Node(1);
        run Redis()
    }
}
