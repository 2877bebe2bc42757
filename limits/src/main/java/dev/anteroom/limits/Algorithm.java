package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import dev.anteroom.expression.Durations;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * An algorithm that derives a limit from service times: our own, or one of the library concurrency-limits, with the
 * library's defaults for what is not a parameter here.
 *
 * @param maker creates an instance for a gate
 * @param warmUp how often a new instance is first given the service time of the uncrowded upstream; 0 if it needs none
 * @param heedsFailures whether it receives services that fail
 * @param windowed whether it receives the mean of each window instead of every service
 */
public record Algorithm(Maker maker, int warmUp, boolean heedsFailures, boolean windowed) {
    /** Turns the library's own probes off, because {@link Adaptation} probes instead. */
    private static final int NO_PROBES = 1_000_000;

    /** The number of first service times that {@link Gradient2Limit} averages. */
    private static final int GRADIENT_WARM_UP = 10;

    /** Creates instances of an algorithm. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Creates an instance that has received no service yet.
         *
         * @param initial the first limit
         * @param min the least limit that is used
         * @param max the greatest limit that is used
         * @return a new instance
         */
        Limit make(int initial, int min, int max);
    }

    /**
     * Finds the limit with the most goodput by trying others; see {@code docs/limits.md}. It has no parameters and is
     * the default.
     *
     * @return our own algorithm
     */
    public static Algorithm goodput() {
        return new Algorithm(GoodputLimit::new, 0, true, false);
    }

    /**
     * Shrinks the limit when services take longer than their long-term average, and otherwise grows it by a fixed
     * step. It uses service times only; a window of failures shrinks the limit by a tenth.
     *
     * @param tolerance how many times longer a service may take before the limit shrinks; at least 1
     * @param smoothing the share of each change that is applied; more than 0, at most 1
     * @param queue the step, which is about the number of connections beyond the best limit
     * @return the algorithm of {@link Gradient2Limit}
     */
    public static Algorithm gradient2(double tolerance, double smoothing, int queue) {
        return new Algorithm(
                (initial, min, max) -> Gradient2Limit.newBuilder()
                        .initialLimit(initial)
                        .minLimit(min)
                        .maxConcurrency(max)
                        .rttTolerance(tolerance)
                        .smoothing(smoothing)
                        .queueSize(queue)
                        .build(),
                GRADIENT_WARM_UP,
                false,
                true);
    }

    /**
     * Keeps the number of connections that queue within the upstream between {@code alpha} and {@code beta}. It
     * estimates that number from how much longer services take than at best. After Brakmo and Peterson, "TCP Vegas",
     * IEEE JSAC 13(8), 1995.
     *
     * @param alpha the limit grows if fewer connections queue
     * @param beta the limit shrinks if more connections queue, or if a service fails
     * @return the algorithm of {@link VegasLimit}
     */
    public static Algorithm vegas(int alpha, int beta) {
        return new Algorithm(
                (initial, min, max) -> VegasLimit.newBuilder()
                        .initialLimit(initial)
                        .maxConcurrency(max)
                        .alpha(alpha)
                        .beta(beta)
                        .probeMultiplier(NO_PROBES)
                        .build(),
                1,
                true,
                true);
    }

    /**
     * Grows the limit by one while services succeed, and shrinks it by a factor when one fails or takes too long.
     *
     * @param timeout the longest service time that is acceptable
     * @param backoff the factor by which the limit shrinks, from 0.5 to 1
     * @return the algorithm of {@link AIMDLimit}
     */
    public static Algorithm aimd(Duration timeout, double backoff) {
        return new Algorithm(
                (initial, min, max) -> AIMDLimit.newBuilder()
                        .initialLimit(initial)
                        .minLimit(min)
                        .maxLimit(max)
                        .timeout(Durations.positiveNanos(timeout, "timeout"), TimeUnit.NANOSECONDS)
                        .backoffRatio(backoff)
                        .build(),
                0,
                true,
                true);
    }
}
