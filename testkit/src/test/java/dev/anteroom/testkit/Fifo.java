package dev.anteroom.testkit;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A policy that admits in order of arrival, implemented in the plainest way. The faulty policies of the tests derive
 * from it.
 */
class Fifo implements SchedulingPolicy {
    final List<Admission> waiters;

    Fifo() {
        this(new ArrayList<>());
    }

    Fifo(List<Admission> waiters) {
        this.waiters = waiters;
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.add(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        return waiters.isEmpty() ? null : waiters.remove(0);
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiters.remove(waiter);
    }

    /** A preview with a side effect for some of the waiters that it shows. */
    final Iterator<Admission> watched(int depth, Runnable action) {
        Iterator<Admission> order = List.copyOf(waiters).iterator();
        return new Iterator<>() {
            private int shown;

            @Override
            public boolean hasNext() {
                return order.hasNext();
            }

            @Override
            public Admission next() {
                if (++shown == depth) {
                    action.run();
                }
                return order.next();
            }
        };
    }
}
