package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A policy that tracks the served: one connection of each class at a time, first come, first served. */
final class OnePerClass implements SchedulingPolicy {
    private final List<Admission> waiters = new ArrayList<>();
    private final Set<Integer> served = new HashSet<>();

    @Override
    public boolean tracksServed() {
        return true;
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.add(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        for (Admission waiter : waiters) {
            if (served.add(waiter.priorityClass())) {
                waiters.remove(waiter);
                return waiter;
            }
        }
        return null;
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiters.remove(waiter);
    }

    @Override
    public void released(Admission admission, long nowNanos) {
        if (!served.remove(admission.priorityClass())) {
            throw new IllegalStateException(admission + " was not given out, or is released twice");
        }
    }

    @Override
    public String name() {
        return "one-per-class";
    }
}
