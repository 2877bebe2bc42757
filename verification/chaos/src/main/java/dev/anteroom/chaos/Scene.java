package dev.anteroom.chaos;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all who play in one session share.
 *
 * @param seed of everything that is drawn
 * @param ledger what happens
 * @param ceiling how many are served
 * @param ambushes who waits for a moment
 * @param arrivals how many connections have reached the server
 */
record Scene(long seed, Ledger ledger, Ceiling ceiling, Ambushes ambushes, AtomicLong arrivals) {
    static Scene of(long seed) {
        Ledger ledger = new Ledger();
        return new Scene(seed, ledger, new Ceiling(ledger), new Ambushes(), new AtomicLong());
    }

    /** What is drawn for the next connection that reaches the server. */
    SplittableRandom nextArrival() {
        return new SplittableRandom(seed ^ arrivals.incrementAndGet() << 20);
    }
}
