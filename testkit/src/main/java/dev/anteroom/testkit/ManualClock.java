package dev.anteroom.testkit;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.GateClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A clock that a test advances. Due tasks run on the thread that advances the clock. The clock starts shortly before
 * its nanoseconds overflow, to expose code that compares times other than by their difference. Thread-safe.
 */
public final class ManualClock implements GateClock {
    private record Task(long dueNanos, long number, Runnable action) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.<Task>comparingLong(this::delayNanos).thenComparingLong(Task::number));
    private final long origin;
    private long now;
    private long scheduled;

    /** Creates a clock without tasks. */
    public ManualClock() {
        this(Long.MAX_VALUE - 1000);
    }

    /** Creates a clock with another start, to expose code that uses readings as more than differences. */
    ManualClock(long origin) {
        this.origin = origin;
        this.now = origin;
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized void schedule(long delayNanos, Runnable task) {
        if (delayNanos <= 0) {
            throw new IllegalArgumentException("delayNanos must be more than 0, was " + delayNanos);
        }
        // Half of the range is 146 years, and keeps the difference of any two times within the range.
        tasks.add(new Task(now + Math.min(delayNanos, Long.MAX_VALUE / 2), scheduled++, task));
    }

    /**
     * Advances the clock, and runs the tasks that become due, each at its own time.
     *
     * @param duration how far to advance; not negative
     */
    public void advance(Duration duration) {
        long end = nanoTime() + Durations.saturatedNanos(duration);
        for (Task due = pollDue(end); due != null; due = pollDue(end)) {
            due.action.run();
        }
        moveTo(end);
    }

    /**
     * Returns the number of scheduled tasks that are not due yet.
     *
     * @return the number of tasks
     */
    public synchronized int pending() {
        return tasks.size();
    }

    private synchronized @Nullable Task pollDue(long end) {
        Task first = tasks.peek();
        if (first == null || first.dueNanos - end > 0) {
            return null;
        }
        moveTo(first.dueNanos);
        return tasks.poll();
    }

    private synchronized void moveTo(long time) {
        now = time - now > 0 ? time : now;
    }

    private long delayNanos(Task task) {
        return task.dueNanos - origin;
    }
}
