package dev.anteroom.gateway.proxy;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Listener;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many connections a listener accepts per second; the others stay in the kernel's backlog. Thread-safe.
 *
 * <p>This is a token bucket, kept as a single instant. Each connection advances {@link #paidUntil} by its share of a
 * second, and the listener is paused while that instant is more than a burst ahead of the clock. A burst is the number
 * of connections that the rate allows in {@link #BURST}, and at least one. A transport may accept a few more
 * connections before a pause takes effect. A longer pause makes up for them, so the rate holds on average.
 */
final class AcceptPacer {
    /** The length of a burst: connections due within this time may arrive at once. */
    private static final Duration BURST = Duration.ofMillis(100);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final LongSupplier nanoTime;

    /** Each connection's share of a second; 0 if the rate is unbounded. Written under the lock of this. */
    private volatile long nanosPerConnection;

    // Guarded by this.
    private @Nullable Listener listener;
    private @Nullable Cancellable timer;
    private long paidUntil;
    private boolean closed;

    /**
     * Creates a pacer without a listener.
     *
     * @param loop runs the timer
     * @param nanoTime the clock
     * @param perSecond connections per second, or null for no bound
     */
    AcceptPacer(EventLoop loop, LongSupplier nanoTime, @Nullable Integer perSecond) {
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.nanosPerConnection = share(perSecond);
        this.paidUntil = nanoTime.getAsLong();
    }

    private static long share(@Nullable Integer perSecond) {
        return perSecond == null ? 0 : SECOND / perSecond;
    }

    /** Starts to pace a listener, which may have accepted connections already. */
    synchronized void pace(Listener paced) {
        listener = paced;
        update();
    }

    /** Records that the listener has accepted a connection. */
    void accepted() {
        if (nanosPerConnection != 0) {
            pay();
        }
    }

    private synchronized void pay() {
        long now = nanoTime.getAsLong();
        paidUntil = (paidUntil - now < 0 ? now : paidUntil) + nanosPerConnection;
        if (timer == null) {
            update();
        }
    }

    /** Replaces the rate and forgets the connections accepted so far; null is no bound. */
    synchronized void change(@Nullable Integer perSecond) {
        long share = share(perSecond);
        if (share != nanosPerConnection) {
            nanosPerConnection = share;
            paidUntil = nanoTime.getAsLong();
            update();
        }
    }

    /** Pauses the listener while the bucket is empty, and resumes it otherwise. */
    private void update() {
        boolean wasPaused = timer != null;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (listener == null || closed) {
            return;
        }
        long pause = pauseNanos();
        if (pause > 0) {
            listener.pauseAccepting();
            resumeIn(pause);
        } else if (wasPaused) {
            listener.resumeAccepting();
        }
    }

    /** Returns the nanoseconds until the rate allows another connection; not positive if it does now. */
    private long pauseNanos() {
        long share = nanosPerConnection;
        long burst = Math.max(BURST.toNanos(), share);
        return share == 0 ? 0 : paidUntil - nanoTime.getAsLong() + share - burst;
    }

    private void resumeIn(long nanos) {
        try {
            timer = loop.schedule(Duration.ofNanos(nanos), this::tick);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and so is the listener.
        }
    }

    private synchronized void tick() {
        if (timer != null) {
            update();
        }
    }

    /** Stops pacing the listener. */
    synchronized void close() {
        closed = true;
        update();
    }
}
