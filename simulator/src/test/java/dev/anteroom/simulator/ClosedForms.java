package dev.anteroom.simulator;

/**
 * Results of queueing theory for Poisson arrivals, exponential services and {@code c} slots. See Kleinrock, "Queueing
 * Systems", volume 1, 3.5, and for impatient clients Mandelbaum and Zeltyn, "Service Engineering in Action: The
 * Palm/Erlang-A Queue", 2007.
 */
final class ClosedForms {
    private ClosedForms() {}

    /** Returns the share that is refused without a waiting room: Erlang B, by its recursion. */
    static double erlangB(int c, double load) {
        double blocked = 1;
        for (int slots = 1; slots <= c; slots++) {
            blocked = load * blocked / (slots + load * blocked);
        }
        return blocked;
    }

    /** Returns the share that has to wait in an unbounded waiting room: Erlang C. */
    static double erlangC(int c, double load) {
        double blocked = erlangB(c, load);
        return blocked / (1 - load / c * (1 - blocked));
    }

    /** Returns the mean wait in M/M/c, in seconds; rates are per second. */
    static double meanWait(int c, double arrivalRate, double serviceRate) {
        return erlangC(c, arrivalRate / serviceRate) / (c * serviceRate - arrivalRate);
    }

    /** Returns the wait that a share of all does not exceed in M/M/c, first come, first served. */
    static double waitQuantile(double share, int c, double arrivalRate, double serviceRate) {
        double waits = erlangC(c, arrivalRate / serviceRate);
        return share <= 1 - waits ? 0 : Math.log(waits / (1 - share)) / (c * serviceRate - arrivalRate);
    }

    /** Returns the share that abandons in M/M/c+M, from the balance equations of its Markov chain. */
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
