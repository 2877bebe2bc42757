package dev.anteroom.gate;

/**
 * The source of a gate's time. Both methods may be called from any thread, and must not throw. The gate reads the time
 * under its lock, so that the arrival times of waiters are in order of arrival. {@link #nanoTime} must therefore be
 * quick, and must not call a gate.
 */
public interface GateClock {
    /**
     * Returns the time.
     *
     * @return nanoseconds since some fixed moment, to be compared by difference only
     */
    long nanoTime();

    /**
     * Runs a task later. A gate has few tasks pending at once: one of its own, up to 63 if waiters have deadlines of
     * their own, and that of the rule that moves its limit. All are short.
     *
     * @param delayNanos the shortest delay in nanoseconds, more than 0
     * @param task the task, which must not run inside this call
     */
    void schedule(long delayNanos, Runnable task);

    /**
     * Returns the default clock: {@link System#nanoTime()}, and one daemon thread for all gates.
     *
     * @return the clock that a gate uses unless it is given another
     */
    static GateClock system() {
        return SystemClock.INSTANCE;
    }
}
