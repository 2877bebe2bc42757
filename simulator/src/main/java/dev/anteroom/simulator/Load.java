package dev.anteroom.simulator;

import org.jspecify.annotations.Nullable;

/**
 * Who comes, when, for how long, and with how much patience.
 *
 * @param arrivals when clients come
 * @param service how long they are served
 * @param patience how long they wait
 * @param sources how many places they come from
 * @param skew source k comes in proportion to 1/k to this power; 0 is all alike
 * @param classes how many priority classes there are, all alike
 * @param count how many clients come
 * @param seed what else the load depends on
 * @param warmUpNanos when the goodput per second begins to count
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

    /** What was recorded of it; null if all is drawn. */
    @Nullable
    Recording recording() {
        return arrivals instanceof Arrivals.Recorded recorded ? recorded.recording() : null;
    }
}
