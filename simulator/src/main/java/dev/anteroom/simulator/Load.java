package dev.anteroom.simulator;

import org.jspecify.annotations.Nullable;

/**
 * The clients of a comparison.
 *
 * @param arrivals when they arrive
 * @param service how long they are served
 * @param patience how long they are willing to wait
 * @param sources the number of their sources
 * @param skew source k sends clients in proportion to 1/k to this power; with 0 all send alike
 * @param classes the number of priority classes, which are equally frequent
 * @param count the number of clients
 * @param seed of the random numbers; the same load and seed give the same clients
 * @param warmUpNanos the time from which goodput per second counts
 */
record Load(
        Arrivals arrivals,
        Distribution service,
        Distribution patience,
        int sources,
        double skew,
        int classes,
        int count,
        long seed,
        long warmUpNanos) {
    Load {
        if (arrivals instanceof Arrivals.Recorded recorded) {
            sources = Math.max(sources, recorded.recording().sources());
            count = Math.min(count, recorded.recording().count());
        }
    }

    /** Returns the recorded part of the load, or null if all of it is drawn. */
    @Nullable
    Recording recording() {
        return arrivals instanceof Arrivals.Recorded recorded ? recorded.recording() : null;
    }
}
