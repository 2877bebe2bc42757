package dev.anteroom.gate;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Notices clients that leave while a thread waits for their slot. The JDK can ask a socket whether its peer has left
 * only by reading it, and a byte that was read cannot be put back. The kernel's table of connections tells it without
 * touching the socket, so one thread reads that table a few times a second while threads wait. On systems other than
 * Linux there is no such table, and departures are not noticed.
 *
 * <p>A look costs about 3 µs for each connection of the machine. It is repeated after {@link #INTERVAL_NANOS}, or later
 * if looking would take more than a fifth of a processor.
 */
final class Departures implements Runnable {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final Departures INSTANCE = new Departures(Path.of("/proc/self/net"));

    private final Path folder;

    /** The time that the last look took. Confined to the timer's thread. */
    private long lastCostNanos;

    private final Map<Admission, Watch> watches = new ConcurrentHashMap<>();
    private final AtomicBoolean isScheduled = new AtomicBoolean();
    private final AtomicBoolean isReported = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "anteroom-departures");
        thread.setDaemon(true);
        return thread;
    });

    Departures(Path folder) {
        this.folder = folder;
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /** Makes a waiter leave when its peer has left, until it is {@linkplain #forget forgotten}. */
    static void watch(Admission waiter, @Nullable TcpConnection peer) {
        if (peer != null) {
            INSTANCE.add(waiter, peer);
        }
    }

    static void forget(Admission waiter, @Nullable TcpConnection peer) {
        if (peer != null) {
            INSTANCE.watches.remove(waiter);
        }
    }

    void add(Admission waiter, TcpConnection peer) {
        watches.put(waiter, new Watch(peer));
        scheduleIfNeeded(INTERVAL_NANOS);
    }

    /** Looks at the table, and makes the waiters leave whose peers have left. */
    @Override
    public void run() {
        long begin = System.nanoTime();
        try {
            look();
        } catch (IOException e) {
            reportOnce(e);
        } catch (Throwable e) {
            Faults.report(Level.ERROR, () -> "looking for departed clients failed", e);
        } finally {
            isScheduled.set(false);
            scheduleIfNeeded(pauseAfter(System.nanoTime() - begin));
        }
    }

    /** Returns how long to pause after a look. One slow look, such as the first, says nothing about the table. */
    private long pauseAfter(long costNanos) {
        long lower = Math.min(costNanos, lastCostNanos);
        lastCostNanos = costNanos;
        return Math.max(INTERVAL_NANOS, 4 * lower);
    }

    private void look() throws IOException {
        TcpTable table = TcpTable.read(
                folder,
                watches.values().stream().map(watch -> watch.peer.localPort()).collect(Collectors.toSet()));
        watches.forEach((waiter, watch) -> {
            if (watch.hasLeft(table)) {
                watches.remove(waiter);
                waiter.stopWaiting();
            }
        });
    }

    private void reportOnce(IOException fault) {
        if (isReported.compareAndSet(false, true)) {
            Faults.report(
                    Level.INFO,
                    () -> "clients that leave while a thread waits for their slot are not noticed: cannot read "
                            + folder,
                    fault);
        }
    }

    private void scheduleIfNeeded(long delayNanos) {
        if (watches.isEmpty() || !isScheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            var unused = timer.schedule(this, delayNanos, TimeUnit.NANOSECONDS);
        } catch (Throwable e) {
            isScheduled.set(false);
            Faults.report(Level.ERROR, () -> "cannot look for departed clients", e);
        }
    }

    /** A watched connection. Confined to the timer's thread once it is added. */
    static final class Watch {
        private final TcpConnection peer;
        private boolean wasMissing;

        Watch(TcpConnection peer) {
            this.peer = peer;
        }

        /**
         * Whether the peer has left. The kernel lists connections in pieces, and may pass over one when another ends
         * between two pieces; so a connection that is missing once may still be there.
         */
        boolean hasLeft(TcpTable table) {
            boolean isMissing = table.isMissing(peer);
            boolean hasLeft = table.isClosed(peer) || (isMissing && wasMissing);
            wasMissing = isMissing;
            return hasLeft;
        }
    }
}
