package dev.anteroom.gateway.proxy;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Says what may happen very often: one line a second at most, which counts those left out. Thread-safe. */
final class RareWarning {
    private static final Logger LOGGER = System.getLogger(RareWarning.class.getName());
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nextLine = new AtomicLong(System.nanoTime());
    private final AtomicLong unsaid = new AtomicLong();

    void say(Supplier<String> what) {
        long now = System.nanoTime();
        long next = nextLine.get();
        if (now - next < 0 || !nextLine.compareAndSet(next, now + INTERVAL)) {
            unsaid.incrementAndGet();
            return;
        }
        long others = unsaid.getAndSet(0);
        LOGGER.log(Level.WARNING, () -> what.get() + (others == 0 ? "" : " (" + others + " more since the last line)"));
    }
}
