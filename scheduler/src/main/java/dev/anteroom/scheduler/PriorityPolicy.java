package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The most urgent class first (0, then 1, ...), first come, first served within a class. When the room is full, the least
 * urgent waiter, and among those the newest, goes for a newcomer that is more urgent. Every operation takes logarithmic time.
 *
 * <p>Strict priority starves the least urgent while more urgent ones keep coming. Ageing ends that: a waiter counts as one
 * class more urgent for each {@code ageing} that it has waited. All waiters age at the same rate, so their order never
 * changes: it is that of {@code arrival + class * ageing}, and nothing is ever sorted anew.
 */
public final class PriorityPolicy implements SchedulingPolicy {
    private final Comparator<Admission> urgency;

    /** A tree and not a heap: a heap, Guava's MinMaxPriorityQueue too, searches all for the waiter that is removed. */
    private final TreeSet<Admission> waiters;

    /** Strict priority: no ageing. Holds no waiter yet. */
    public PriorityPolicy() {
        this(Comparator.comparingInt(Admission::priorityClass));
    }

    /**
     * Priority with ageing. Holds no waiter yet.
     *
     * @param ageing how long a waiter waits to count as one class more urgent
     * @throws IllegalArgumentException if it is not positive, or more than a {@code long} has nanoseconds
     */
    public PriorityPolicy(Duration ageing) {
        this(ageingBy(ageing));
    }

    PriorityPolicy(Comparator<Admission> urgency) {
        this.urgency = urgency;
        this.waiters = new TreeSet<>(urgency.thenComparingLong(Admission::sequence));
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.add(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        return waiters.pollFirst();
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiter.equals(waiters.floor(waiter)) && waiters.remove(waiter);
    }

    @Override
    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
        if (waiters.isEmpty() || urgency.compare(newcomer, waiters.last()) >= 0) {
            return null;
        }
        return waiters.pollLast();
    }

    @Override
    public String name() {
        return "priority";
    }

    private static Comparator<Admission> ageingBy(Duration ageing) {
        if (ageing.isZero() || ageing.isNegative()) {
            throw new IllegalArgumentException("ageing must be positive, was " + ageing);
        }
        if (ageing.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("ageing must be at most 292 years, was " + ageing);
        }
        long nanos = ageing.toNanos();
        return (a, b) -> {
            // A sum could overflow; the difference of two arrivals cannot, and the product stops at the largest long.
            long later = a.arrivalNanos() - b.arrivalNanos();
            return Long.compare(later, saturatedProduct((long) b.priorityClass() - a.priorityClass(), nanos));
        };
    }

    private static long saturatedProduct(long factor, long positive) {
        long low = factor * positive;
        boolean overflows = Math.multiplyHigh(factor, positive) != low >> 63;
        return overflows ? (factor < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : low;
    }

    /** Finds it under the name {@code priority}; {@code ageing=DURATION} makes it age. */
    public static final class Provider implements SchedulingPolicyProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "priority";
        }

        @Override
        public SchedulingPolicy create(Map<String, String> parameters) {
            Parameters.requireKnown("priority", parameters, "ageing");
            return parameters.containsKey("ageing")
                    ? new PriorityPolicy(Parameters.duration("ageing", parameters, Duration.ZERO))
                    : new PriorityPolicy();
        }
    }
}
