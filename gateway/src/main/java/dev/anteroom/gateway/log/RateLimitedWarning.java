package dev.anteroom.gateway.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Logs a warning that may occur very often: at most one line per second, which counts the suppressed ones. Thread-safe.
 */
public final class RateLimitedWarning {
    private static final Logger LOGGER = System.getLogger(RateLimitedWarning.class.getName());
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nextLine = new AtomicLong(System.nanoTime());
    private final AtomicLong suppressed = new AtomicLong();

    /** Creates a warning that has not been logged yet. */
    public RateLimitedWarning() {}

    /** Logs a line, unless another was logged within the last second. */
    public void log(Supplier<String> what) {
        long now = System.nanoTime();
        long next = nextLine.get();
        if (now - next < 0 || !nextLine.compareAndSet(next, now + INTERVAL)) {
            suppressed.incrementAndGet();
            return;
        }
        long others = suppressed.getAndSet(0);
        LOGGER.log(Level.WARNING, () -> what.get() + (others == 0 ? "" : " (" + others + " more since the last line)"));
    }
}
