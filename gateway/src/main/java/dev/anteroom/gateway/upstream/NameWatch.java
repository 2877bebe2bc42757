package dev.anteroom.gateway.upstream;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.anteroom.expression.Durations;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the names of the upstreams at intervals, on a thread of its own, so that no connection waits for a lookup.
 * The thread exists only if there is a name. Thread-safe.
 */
final class NameWatch implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(NameWatch.class.getName());

    private final Upstreams upstreams;

    // Guarded by this.
    private Duration interval;
    private @Nullable ScheduledExecutorService thread;
    private @Nullable ScheduledFuture<?> next;
    private boolean closed;

    NameWatch(Upstreams upstreams, Duration interval) {
        this.upstreams = upstreams;
        this.interval = interval;
    }

    /** Starts the lookups if there is a name now. */
    void begin() {
        if (!upstreams.named().isEmpty()) {
            beginNow();
        }
    }

    private synchronized void beginNow() {
        if (thread == null && !closed) {
            thread = Executors.newSingleThreadScheduledExecutor(new ThreadFactoryBuilder()
                    .setNameFormat("anteroom-resolver")
                    .setDaemon(true)
                    .build());
            lookUpLater();
        }
    }

    /** Replaces the interval, which counts from now. */
    synchronized void interval(Duration changed) {
        if (!changed.equals(interval)) {
            interval = changed;
            lookUpLater();
        }
    }

    private synchronized void lookUpLater() {
        if (next != null) {
            next.cancel(false);
        }
        if (thread != null && !interval.isZero()) {
            try {
                next = thread.schedule(this::lookUp, Durations.saturatedNanos(interval), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // The gateway is closed.
            }
        }
    }

    private void lookUp() {
        try {
            upstreams.lookUpAll();
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "looking up the names of upstreams failed", e);
        } finally {
            lookUpLater();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
