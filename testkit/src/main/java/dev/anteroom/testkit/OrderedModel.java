package dev.anteroom.testkit;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A policy with the order of a comparator, implemented in the slowest and most obvious way: a list that is searched on
 * each call. {@link PolicySuite#model} compares a policy under test with it.
 */
public final class OrderedModel implements SchedulingPolicy {
    private final Comparator<Admission> order;
    private final @Nullable Comparator<Admission> urgency;
    private final List<Admission> waiters = new ArrayList<>();

    /**
     * Creates a model that displaces no waiter.
     *
     * @param order the order of the waiters, smallest first; never 0 for two waiters
     */
    public OrderedModel(Comparator<Admission> order) {
        this.order = order;
        this.urgency = null;
    }

    /**
     * Creates a model in which a more urgent newcomer displaces the last waiter in order.
     *
     * @param order the order of the waiters, smallest first; never 0 for two waiters
     * @param urgency compares a newcomer with the last waiter; less than 0 if the newcomer displaces it
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
