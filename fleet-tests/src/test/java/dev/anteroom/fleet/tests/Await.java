package dev.anteroom.fleet.tests;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits on conditions. */
final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Await() {}

    /** Returns how long it took, in milliseconds. */
    static long that(BooleanSupplier condition, String what) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain until " + what);
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while waiting until " + what, e);
            }
        }
        return (System.nanoTime() - begin) / 1_000_000;
    }
}
