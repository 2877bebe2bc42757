package dev.anteroom.gate;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A policy that admits the newest waiter, and that tests give faults to. */
class Newest implements SchedulingPolicy {
    private final AdmissionQueue waiters = new AdmissionQueue();

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.addLast(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        return waiters.pollLast();
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiters.remove(waiter);
    }
}
