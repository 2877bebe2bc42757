package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.List;

/** The base of the slow, obvious models: a list in order of arrival. */
abstract class ListModel implements SchedulingPolicy {
    final List<Admission> waiters = new ArrayList<>();

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.add(newcomer);
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiters.remove(waiter);
    }
}
