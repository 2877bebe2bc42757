package dev.anteroom.chaos;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The state shared by all parts of a session.
 *
 * @param seed the seed of all random choices
 * @param ledger the counts and violations
 * @param ceiling the check of the limit
 * @param ambushes the clients that disappear at a moment
 * @param arrivals the number of connections that have reached the server
 */
record Scene(long seed, Ledger ledger, Ceiling ceiling, Ambushes ambushes, AtomicLong arrivals) {
    static Scene of(long seed) {
        Ledger ledger = new Ledger();
        return new Scene(seed, ledger, new Ceiling(ledger), new Ambushes(), new AtomicLong());
    }

    /** Returns the random source for the next connection that reaches the server. */
    SplittableRandom nextArrival() {
        return new SplittableRandom(seed ^ arrivals.incrementAndGet() << 20);
    }
}
