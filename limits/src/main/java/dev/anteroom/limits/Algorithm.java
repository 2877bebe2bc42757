package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import dev.anteroom.expression.Durations;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * An algorithm that finds a limit from service times: our own, or one of the library concurrency-limits, of which
 * what is not given here is as the library has it.
 *
 * @param maker makes it
 * @param warmUp how often it is to be told first what a service takes when the upstream is not crowded; 0 if it need
 *     not know
 * @param heedsFailures whether it is told of services that fail
 * @param windowed whether it is told of the mean of each window, and not of every service
 */
public record Algorithm(Maker maker, int warmUp, boolean heedsFailures, boolean windowed) {
    /** More than it ever counts to: here it is the gate that finds out anew what a service takes at best. */
    private static final int NO_PROBES = 1_000_000;

    /** Of {@link Gradient2Limit}: so many of the first service times are averaged. */
    private static final int GRADIENT_WARM_UP = 10;

    /** Makes a limit that has heard of no service yet. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Makes one.
         *
         * @param initial where it begins
         * @param min it need not go lower
         * @param max nor higher
         * @return a new limit
         */
        Limit make(int initial, int min, int max);
    }

    /**
     * The limit with the most goodput, found by trying; see {@code docs/limits.md}. It needs no parameters, and is
     * the default.
     *
     * @return a limit of our own
     */
    public static Algorithm goodput() {
        return new Algorithm(GoodputLimit::new, 0, true, false);
    }

    /**
     * The limit shrinks as services take longer than they used to on a long average, and else grows by a fixed step.
     * It knows of service times only; a window of failures shrinks the limit by a tenth.
     *
     * @param tolerance how many times longer a service may take before the limit shrinks; at least 1
     * @param smoothing how much of each change is made, more than 0, at most 1
     * @param queue the step: about as many connections too many are accepted
     * @return a limit as of {@link Gradient2Limit}
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
     * From how much longer a service takes than at best follows how many connections queue within the upstream: that
     * many are to be between {@code alpha} and {@code beta}. After Brakmo and Peterson, "TCP Vegas", IEEE JSAC 13(8),
     * 1995.
     *
     * @param alpha if fewer queue the limit grows
     * @param beta if more queue it shrinks, as it does if a service fails
     * @return a limit as of {@link VegasLimit}
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
     * The limit grows by one while all goes well, and shrinks by a part when a service fails or takes too long.
     *
     * @param timeout what is too long
     * @param backoff what is left of the limit, from 0.5 to 1
     * @return a limit as of {@link AIMDLimit}
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
