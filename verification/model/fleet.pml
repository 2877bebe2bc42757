/*
 * The lease protocol of a fleet (docs/fleet.md): two nodes share LIMIT slots that a Redis lends them. Checked exhaustively by spin:
 *
 *   spin -a fleet.pml && cc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -E -m100000
 *
 * What may go wrong does. Whatever was ever said may arrive at any later moment, never, or again and again, in either direction: the
 * network is a set of messages. A node is not heard for as long as it likes; it crashes, and starts again; Redis crashes and
 * comes back with what it had saved at any earlier moment. There is no time: what waits for a clock is guarded by what that clock
 * is there for. What is asserted at every admission: the connections served by all nodes together are at most LIMIT.
 *
 * A node's steps are those of Heartbeat, one by one if FINE: what it should hold is decided, its gate is set to that, the gate is
 * looked at, and what was seen is reported; between any two connections enter. Else they are one step, which leaves room for a Redis
 * that loses writes. Redis loses them when it comes back with what it saved, or with what its replica has: as another process, or as the
 * same one, which was a replica meanwhile. The script finds out by what it wrote last, and by nothing else. No clock of Redis is asked.
 *
 * The words are those of fleet.lua and Lease. What `check` plants or takes away, and the checker must find:
 *
 *   EARLY_LOOK  a report counts the connections that were served before the gate's limit was lowered (FINE)
 *   LATE_RAISE  a report does not count what the gate is about to be given (FINE)
 *   RUN_ID      the script knows the process that wrote last, and not the history of its data
 *   CLOCK_STEP  Redis hands on what was lent to a node, or stops settling, by a clock that was set forward
 *   ANY_ANSWER  a node takes an answer to an older question of its own
 *   NO_MEMORY   Redis takes an older report of a node for news
 *   NO_PAUSE    Redis goes on granting after it has lost writes
 *   NO_CUT      a node whose lease has ended goes on serving whom it serves, and nothing is handed on for a lease's end: safe while
 *               Redis loses nothing (LOSSES=0), and not when it does
 */
#define LIMIT 2
#ifndef QUESTIONS
#define QUESTIONS 3            /* that each node asks */
#endif
#ifndef LOSSES
#define LOSSES 1               /* times that Redis comes back */
#endif

/* Redis, and what it has saved. */
byte granted[2], seen[2], generation[2];
byte savedGranted[2], savedSeen[2], savedGeneration[2];
bool saved = false;
byte epoch;
bit process, wroteProcess;     /* the one that runs, and the one that wrote last */
byte history, wroteHistory;    /* the same of the history of the data */
bool settling = false;         /* writes may have been lost: nothing is granted */

/* The nodes. */
bool alive[2], crashed;
byte held[2];                  /* a gate's limit */
byte due[2];                   /* what that is to be */
byte view[2];                 /* what a report is going to say */
bool looked[2];                /* and does so before it takes another answer */
byte served[2];
byte asked[2];                 /* questions so far */
byte awaited[2];               /* the one whose answer is taken; 0 for none */
byte knownEpoch[2];
byte own[2];                   /* the generation, drawn at the start */
bool heard[2];                 /* since Redis came back */

/* The network: what each question said, and what was granted to it, if it was. */
#define AT(i, n) ((i) * (QUESTIONS + 1) + (n))
#define NOTHING 7
byte saidGeneration[2 * (QUESTIONS + 1)], saidEpoch[2 * (QUESTIONS + 1)], saidHeld[2 * (QUESTIONS + 1)];
byte answer[2 * (QUESTIONS + 1)] = NOTHING;

#define SUM(x) (x[0] + x[1])
#define MAX(a, b) (a > b -> a : b)

/* Nothing of what was lent is used any more: the lease has ended by its holder's clock, and whom it served is gone or cut off. */
#if defined(CLOCK_STEP)
#define ENDED(i) true
#elif defined(NO_CUT)
#define ENDED(i) (held[i] == 0 && due[i] == 0 && awaited[i] == 0)
#else
#define ENDED(i) (held[i] == 0 && due[i] == 0 && awaited[i] == 0 && served[i] == 0)
#endif

/* Whether the script finds that it wrote these data last. */
#ifdef RUN_ID
#define KNOWN (wroteProcess == process)
#else
#define KNOWN (wroteProcess == process && wroteHistory == history)
#endif

/* The most that a node has, is to have, or serves. */
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

/* Sets the gate's limit, then or later. */
#ifdef FINE
#define SET(i) skip
#else
#define SET(i) held[i] = due[i]
#endif

inline take(i, n) {
    atomic {
#ifdef ANY_ANSWER
        alive[i] && !looked[i] && awaited[i] != 0 && answer[AT(i, n)] != NOTHING && saidGeneration[AT(i, n)] == own[i] ->
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
    /* Admit, and let go. */
    :: atomic { served[i] < held[i] -> served[i]++; assert(SUM(served) <= LIMIT) }
    :: atomic { served[i] > 0 -> served[i]-- }
    /* Slots are given up by lowering the gate's limit first; connections that are served are still reported. */
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
    /* Hear that Redis has come back, as the answer to a question of before. */
    :: atomic { alive[i] && awaited[i] != 0 && knownEpoch[i] != epoch -> knownEpoch[i] = epoch; awaited[i] = 0 }
    /* The lease ends. */
    :: atomic { due[i] > 0 || awaited[i] != 0 -> due[i] = 0; awaited[i] = 0; SET(i) }
    /* kill -9: the kernel closes what was served. Then it starts again, under the same name. The nodes are alike: one does. */
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
#define IS_NEWS(i, n) (saidGeneration[AT(i, n)] > generation[i] || (saidGeneration[AT(i, n)] == generation[i] && n > seen[i]))
#endif

/* The script answers question n of node i. */
inline beat(i, n) {
    atomic {
        n <= asked[i] && KNOWN && saidEpoch[AT(i, n)] == epoch && IS_NEWS(i, n) ->
        generation[i] = saidGeneration[AT(i, n)];
        seen[i] = n;
        granted[i] = saidHeld[AT(i, n)];           /* less than before, or what Redis does not remember to have granted */
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
    /* It hands on what was lent to a node that is not heard, once that has ended. */
    :: atomic { granted[0] > 0 && ENDED(0) -> granted[0] = 0 }
    :: atomic { granted[1] > 0 && ENDED(1) -> granted[1] = 0 }
#endif
#if LOSSES > 0
    /* It saves, or its replica has come so far; it crashes and comes back with that, or the replica takes over, or did before. */
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
    /* The next call finds other data than it wrote. */
    :: atomic {
           !KNOWN -> wroteProcess = process; wroteHistory = history;
           epoch = history;
           heard[0] = false; heard[1] = false;
#ifndef NO_PAUSE
           settling = true
#endif
       }
    /* A lease and a margin have passed since: who was not heard has none. */
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
