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
 * Bounds how many connections a listener takes in a second; the others stay in the kernel's backlog. Thread-safe.
 *
 * <p>A token bucket, kept as one moment: each connection moves {@link #paidUntil} on by its share of a second, and
 * while that is more than a burst ahead of the clock the listener is paused. A burst is what the rate allows in
 * {@link #BURST}, and at least one connection. A transport may accept a few more before a pause takes effect; these
 * are paid for by a longer one, so the rate holds on average.
 */
final class AcceptPacer {
    /** The time whose connections may come at once. */
    private static final Duration BURST = Duration.ofMillis(100);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private final LongSupplier nanoTime;

    /** The share of a second of one connection; 0 if there is no bound. Written under the lock of this. */
    private volatile long nanosPerConnection;

    // Guarded by this.
    private @Nullable Listener listener;
    private @Nullable Cancellable timer;
    private long paidUntil;
    private boolean closed;

    /**
     * Begins without a listener.
     *
     * @param loop runs the timer
     * @param nanoTime the clock
     * @param perSecond connections, or null for no bound
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

    /** Begins to pace a listener, which may have accepted connections already. */
    synchronized void pace(Listener paced) {
        listener = paced;
        update();
    }

    /** Notes that the listener has accepted a connection. */
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

    /** Paces by another rate from now on, as if nothing had been accepted before; null is no bound. */
    synchronized void change(@Nullable Integer perSecond) {
        long share = share(perSecond);
        if (share != nanosPerConnection) {
            nanosPerConnection = share;
            paidUntil = nanoTime.getAsLong();
            update();
        }
    }

    /** Pauses the listener for as long as the bucket is empty, or lets it go on. */
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

    /** Until there is room for another connection. */
    private long pauseNanos() {
        long share = nanosPerConnection;
        long burst = Math.max(BURST.toNanos(), share);
        return share == 0 ? 0 : paidUntil - nanoTime.getAsLong() + share - burst;
    }

    private void resumeIn(long nanos) {
        try {
            timer = loop.schedule(Duration.ofNanos(nanos), this::tick);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and with it the listener.
        }
    }

    private synchronized void tick() {
        if (timer != null) {
            update();
        }
    }

    /** Leaves the listener alone from now on. */
    synchronized void close() {
        closed = true;
        update();
    }
}
