package dev.anteroom.scheduler;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Earliest deadline first, for classes with different patience. The deadline of a waiter is {@linkplain
 * Admission#deadlineNanos its own}, or its arrival plus the patience of its class if it has none. A waiter that has
 * missed its deadline is shed when its turn comes, or when the room is full and a newcomer needs its place. If no
 * waiter has missed its deadline, a newcomer displaces the waiter with the latest deadline if its own deadline is
 * earlier. Every operation takes logarithmic time. See Liu and Layland, "Scheduling Algorithms for Multiprogramming in
 * a Hard-Real-Time Environment", JACM 20(1), 1973.
 */
public final class EdfPolicy implements SchedulingPolicy {
    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

    private final Map<Integer, Long> patienceNanos = new HashMap<>();
    private final long otherwiseNanos;
    private final Comparator<Admission> urgency = PriorityPolicy.byArrivalPlus(this::patienceOf);
    private final TreeSet<Admission> waiters = new TreeSet<>(urgency.thenComparingLong(Admission::sequence));

    /**
     * Creates an empty policy.
     *
     * @param patience the patience of each class
     * @param otherwise the patience of all other classes
     * @throws IllegalArgumentException if a patience is not positive
     */
    public EdfPolicy(Map<Integer, Duration> patience, Duration otherwise) {
        otherwiseNanos = Durations.positiveNanos(otherwise, "patience");
        patience.forEach((priorityClass, time) ->
                patienceNanos.put(priorityClass, Durations.positiveNanos(time, "patience of class " + priorityClass)));
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.add(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        Admission next = waiters.pollFirst();
        while (next != null && isLate(next, nowNanos)) {
            shed.accept(next);
            next = waiters.pollFirst();
        }
        return next;
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiter.equals(waiters.floor(waiter)) && waiters.remove(waiter);
    }

    @Override
    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
        if (waiters.isEmpty()) {
            return null;
        } else if (isLate(waiters.first(), nowNanos)) {
            return waiters.pollFirst();
        }
        return urgency.compare(newcomer, waiters.last()) < 0 ? waiters.pollLast() : null;
    }

    @Override
    public Iterator<Admission> preview(long nowNanos) {
        return waiters.iterator();
    }

    @Override
    public String name() {
        return "edf";
    }

    private boolean isLate(Admission waiter, long nowNanos) {
        return nowNanos - waiter.arrivalNanos() > patienceOf(waiter);
    }

    private long patienceOf(Admission waiter) {
        if (waiter.hasDeadline()) {
            return waiter.deadlineNanos() - waiter.arrivalNanos();
        }
        return patienceNanos.getOrDefault(waiter.priorityClass(), otherwiseNanos);
    }

    /**
     * Provides {@code edf}. {@code N=DURATION} sets the patience of class N, and {@code default=DURATION} that of the
     * other classes.
     */
    public static final class Provider implements SchedulingPolicyProvider {
        /** Called by {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "edf";
        }

        @Override
        public SchedulingPolicy create(PolicyArguments written) {
            Arguments arguments = new Arguments("edf", written);
            Duration otherwise = arguments.duration("default", DEFAULT_PATIENCE);
            Map<Integer, Duration> patience = new HashMap<>();
            for (Integer priorityClass : arguments.classes("")) {
                patience.put(priorityClass, arguments.duration(priorityClass.toString(), otherwise));
            }
            arguments.requireNoMore("the number of a priority class", "default");
            return new EdfPolicy(patience, otherwise);
        }
    }
}
