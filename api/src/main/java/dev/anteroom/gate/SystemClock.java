package dev.anteroom.gate;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The default clock: {@link System#nanoTime()} and a daemon thread. */
final class SystemClock implements GateClock {
    static final SystemClock INSTANCE = new SystemClock();

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "anteroom-timer");
        thread.setDaemon(true);
        return thread;
    });

    private SystemClock() {
        timer.prestartCoreThread(); // now, because later the machine may have no thread left
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a gate never cancels its timer
    public void schedule(long delayNanos, Runnable task) {
        timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }
}
