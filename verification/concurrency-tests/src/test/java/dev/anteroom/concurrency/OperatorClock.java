package dev.anteroom.concurrency;

import dev.anteroom.gate.GateClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A clock that the operator advances; the advancing thread runs the gate's task. */
final class OperatorClock implements GateClock {
    private final AtomicLong now = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> pending = new AtomicReference<>();

    void pass(Duration time) {
        now.addAndGet(time.toNanos());
        Runnable due = pending.getAndSet(null);
        if (due != null) {
            due.run();
        }
    }

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public void schedule(long delayNanos, Runnable task) {
        pending.set(task);
    }
}
