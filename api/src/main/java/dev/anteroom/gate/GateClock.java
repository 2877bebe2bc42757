package dev.anteroom.gate;

/**
 * Where a gate has its time from. Both methods may be called from any thread, and must not throw. The gate asks for the time under its
 * lock, so that connections have their times in the order in which they came: {@link #nanoTime} must be quick, and must not call a gate.
 */
public interface GateClock {
    /**
     * The time.
     *
     * @return nanoseconds since some fixed moment, to be compared by difference only
     */
    long nanoTime();

    /**
     * Runs a task later. A gate has one task pending at most, and so has the rule that moves its limit; they are short.
     *
     * @param delayNanos nanoseconds to wait at least, more than 0
     * @param task what to run; not from inside this call
     */
    void schedule(long delayNanos, Runnable task);

    /**
     * {@link System#nanoTime()}, and one daemon thread for all gates.
     *
     * @return the clock that a gate has unless it is given another
     */
    static GateClock system() {
        return SystemClock.INSTANCE;
    }
}
