package dev.anteroom.simulator;

/**
 * What queueing theory knows of Poisson arrivals, exponential services and {@code c} slots. See Kleinrock, "Queueing
 * Systems", volume 1, 3.5; and for impatience Mandelbaum and Zeltyn, "Service Engineering in Action: The
 * Palm/Erlang-A Queue", 2007.
 */
final class ClosedForms {
    private ClosedForms() {}

    /** Erlang B by its recursion: the share that is refused if nobody can wait. */
    static double erlangB(int c, double load) {
        double blocked = 1;
        for (int slots = 1; slots <= c; slots++) {
            blocked = load * blocked / (slots + load * blocked);
        }
        return blocked;
    }

    /** Erlang C: the share that has to wait if everyone can. */
    static double erlangC(int c, double load) {
        double blocked = erlangB(c, load);
        return blocked / (1 - load / c * (1 - blocked));
    }

    /** The mean wait in M/M/c; rates in one second. */
    static double meanWait(int c, double arrivalRate, double serviceRate) {
        return erlangC(c, arrivalRate / serviceRate) / (c * serviceRate - arrivalRate);
    }

    /** The wait that a share of all does not exceed in M/M/c, first come, first served. */
    static double waitQuantile(double share, int c, double arrivalRate, double serviceRate) {
        double waits = erlangC(c, arrivalRate / serviceRate);
        return share <= 1 - waits ? 0 : Math.log(waits / (1 - share)) / (c * serviceRate - arrivalRate);
    }

    /** The share that abandons in M/M/c+M, from the balance equations of its Markov chain. */
    static double erlangAAbandoned(int c, double arrivalRate, double serviceRate, double abandonRate) {
        double probability = 1;
        double sum = 1;
        double waiting = 0;
        for (int present = 1; present < 100_000 && probability > sum * 1e-18; present++) {
            int waiters = Math.max(0, present - c);
            probability *= arrivalRate / (Math.min(present, c) * serviceRate + waiters * abandonRate);
            sum += probability;
            waiting += waiters * probability;
        }
        return abandonRate * waiting / sum / arrivalRate;
    }
}
