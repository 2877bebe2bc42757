package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Says that an upstream cannot be reached: one line a second at most, however many connections fail. Thread-safe. */
final class OutageLog {
    private static final Logger LOGGER = System.getLogger(OutageLog.class.getName());
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final Endpoint upstream;
    private final AtomicLong nextLine = new AtomicLong(System.nanoTime());
    private final AtomicLong unsaid = new AtomicLong();

    OutageLog(Endpoint upstream) {
        this.upstream = upstream;
    }

    /** The upstream was found to be up again, or down. */
    void turned(boolean up) {
        LOGGER.log(Level.WARNING, () -> "the upstream " + upstream + " is " + (up ? "up" : "down"));
    }

    void report(Throwable reason) {
        long now = System.nanoTime();
        long next = nextLine.get();
        if (now - next < 0 || !nextLine.compareAndSet(next, now + INTERVAL)) {
            unsaid.incrementAndGet();
            return;
        }
        long others = unsaid.getAndSet(0);
        LOGGER.log(
                Level.WARNING,
                () -> "cannot connect to the upstream " + upstream + ": " + reason.getMessage()
                        + (others == 0 ? "" : " (" + others + " more since the last line)"));
    }
}
