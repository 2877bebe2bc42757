package dev.anteroom.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock that moves when told to. Due tasks run on the thread that moves it. */
final class SteppedClock implements GateClock {
    private record Task(long dueNanos, Runnable action) {}

    private final List<Task> tasks = new ArrayList<>();
    private long now;
    boolean failsToTell;
    boolean failsToSchedule;

    @Override
    public long nanoTime() {
        if (failsToTell) {
            throw new IllegalStateException("stopped");
        }
        return now;
    }

    @Override
    public void schedule(long delayNanos, Runnable task) {
        if (failsToSchedule) {
            throw new IllegalStateException("shut down");
        }
        tasks.add(new Task(now + delayNanos, task));
    }

    int pending() {
        return tasks.size();
    }

    void advance(Duration duration) {
        now += duration.toNanos();
        List<Task> due = tasks.stream().filter(task -> task.dueNanos <= now).toList();
        tasks.removeAll(due);
        due.forEach(task -> task.action.run());
    }
}
