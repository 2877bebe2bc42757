package dev.anteroom.scheduler;

import dev.anteroom.expression.Durations;
import java.time.Duration;

/**
 * Decides which waits are too long. This is controlled delay (CoDel), after Nichols and Jacobson, "Controlling Queue
 * Delay", ACM Queue 10(5), 2012, in the form that Facebook gave it for requests (Maurer, "Fail at Scale", ACM Queue
 * 13(8), 2015; folly's Codel).
 *
 * <p>A healthy queue is empty now and then, so some wait in every interval is short. If the shortest wait in an
 * interval exceeds the target, the queue is standing, and during the next interval each wait of more than twice the
 * target is too long. The first wait of an interval is never too long, because a single wait says nothing.
 */
final class ControlledDelay {
    /** The target published for requests. */
    static final Duration TARGET = Duration.ofMillis(5);

    /** The published interval. */
    static final Duration INTERVAL = Duration.ofMillis(100);

    private final long targetNanos;
    private final long intervalNanos;
    private boolean begun;
    private long intervalEnd;
    private long shortest;
    private boolean standing;

    ControlledDelay(Duration target, Duration interval) {
        this.targetNanos = Durations.positiveNanos(target, "target");
        this.intervalNanos = Durations.positiveNanos(interval, "interval");
    }

    /** Records a wait, and returns whether it is too long. */
    boolean isTooLong(long waitNanos, long nowNanos) {
        if (!begun || nowNanos - intervalEnd > 0) {
            standing = begun && shortest > targetNanos;
            begun = true;
            intervalEnd = nowNanos + intervalNanos;
            shortest = waitNanos;
            return false;
        }
        shortest = Math.min(shortest, waitNanos);
        return standing && waitNanos / 2 > targetNanos;
    }
}
