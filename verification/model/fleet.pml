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
 * The words are those of fleet.lua and Lease. What `check` plants or takes away, and the checker must find:
 *
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
bool settling = false;         /* writes may have been lost: nothing is granted */

/* The nodes. */
bool alive[2], crashed;
byte held[2];                  /* a gate's limit */
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
#ifdef NO_CUT
#define ENDED(i) (held[i] == 0 && awaited[i] == 0)
#else
#define ENDED(i) (held[i] == 0 && awaited[i] == 0 && served[i] == 0)
#endif

inline ask(i) {
    asked[i]++;
    awaited[i] = asked[i];
    saidGeneration[AT(i, asked[i])] = own[i];
    saidEpoch[AT(i, asked[i])] = knownEpoch[i];
    saidHeld[AT(i, asked[i])] = MAX(held[i], served[i])
}

inline take(i, n) {
    atomic {
#ifdef ANY_ANSWER
        alive[i] && awaited[i] != 0 && answer[AT(i, n)] != NOTHING && saidGeneration[AT(i, n)] == own[i] ->
#else
        alive[i] && awaited[i] == n && answer[AT(i, n)] != NOTHING ->
#endif
        held[i] = answer[AT(i, n)];
        awaited[i] = 0
    }
}

proctype Node(byte i) {
    do
    /* Admit, and let go. */
    :: atomic { served[i] < held[i] -> served[i]++; assert(SUM(served) <= LIMIT) }
    :: atomic { served[i] > 0 -> served[i]-- }
    /* Ask. Slots are given up by lowering the gate's limit first; whoever is served is still reported. */
    :: atomic { alive[i] && asked[i] < QUESTIONS && held[i] > 0 -> held[i]--; ask(i) }
    :: atomic { alive[i] && asked[i] < QUESTIONS -> ask(i) }
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
    :: atomic { held[i] > 0 || awaited[i] != 0 -> held[i] = 0; awaited[i] = 0 }
    /* kill -9: the kernel closes what was served. Then it starts again, under the same name. The nodes are alike: one does. */
    :: atomic {
           i == 0 && alive[i] && !crashed ->
           crashed = true; alive[i] = false;
           held[i] = 0; served[i] = 0; awaited[i] = 0; knownEpoch[i] = 0
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
        n <= asked[i] && saidEpoch[AT(i, n)] == epoch && IS_NEWS(i, n) ->
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
    /* It saves, or its replica has come so far; it crashes and comes back with that, or the replica takes over. */
    :: atomic {
           !saved && epoch == 0 -> saved = true;
           savedGranted[0] = granted[0]; savedGranted[1] = granted[1];
           savedSeen[0] = seen[0]; savedSeen[1] = seen[1];
           savedGeneration[0] = generation[0]; savedGeneration[1] = generation[1]
       }
    :: atomic {
           epoch < LOSSES -> epoch++;
           granted[0] = savedGranted[0]; granted[1] = savedGranted[1];
           seen[0] = savedSeen[0]; seen[1] = savedSeen[1];
           generation[0] = savedGeneration[0]; generation[1] = savedGeneration[1];
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
