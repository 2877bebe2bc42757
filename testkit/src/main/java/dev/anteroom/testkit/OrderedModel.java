package dev.anteroom.testkit;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A policy whose order can be told by a comparator, in the slowest and most obvious way: a list, searched each time. It is what
 * {@link PolicySuite#model} compares a clever policy with.
 */
public final class OrderedModel implements SchedulingPolicy {
    private final Comparator<Admission> order;
    private final @Nullable Comparator<Admission> urgency;
    private final List<Admission> waiters = new ArrayList<>();

    /**
     * A model that displaces nobody.
     *
     * @param order smallest first; never 0 for two waiters
     */
    public OrderedModel(Comparator<Admission> order) {
        this.order = order;
        this.urgency = null;
    }

    /**
     * A model in which the last in order goes for a newcomer that is more urgent.
     *
     * @param order smallest first; never 0 for two waiters
     * @param urgency less than 0 if a newcomer displaces the last
     */
    public OrderedModel(Comparator<Admission> order, Comparator<Admission> urgency) {
        this.order = order;
        this.urgency = urgency;
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.add(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        Admission next = waiters.stream().min(order).orElse(null);
        waiters.remove(next);
        return next;
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiters.remove(waiter);
    }

    @Override
    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
        Admission last = waiters.stream().max(order).orElse(null);
        if (last == null || urgency == null || urgency.compare(newcomer, last) >= 0) {
            return null;
        }
        waiters.remove(last);
        return last;
    }
}
