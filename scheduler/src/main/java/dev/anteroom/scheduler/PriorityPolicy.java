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
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The most urgent class first (0, then 1, ...), first come, first served within a class. When the room is full, the least
 * urgent waiter, and among those the newest, goes for a newcomer that is more urgent. Every operation takes logarithmic time.
 *
 * <p>Strict priority starves the least urgent while more urgent ones keep coming. Ageing ends that: a waiter counts as one
 * class more urgent for each {@code ageing} that it has waited. All waiters age at the same rate, so their order never
 * changes: it is that of {@code arrival + class * ageing}, and nothing is ever sorted anew.
 *
 * <p>Offsets say the same class by class: a connection counts as having arrived that much later than it did, or earlier if its
 * offset is negative, as in HAProxy's queue. The order is then that of {@code arrival + offset}, and the class counts for nothing
 * else. HAProxy puts the class before the offset, and classifies each connection twice; here the one classification gives a
 * class, and composition puts strict classes outside: {@code priority(0: fifo, default: priority(offset.3=-500ms))}.
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

    /**
     * In order of arrival, were it not for offsets. Holds no waiter yet.
     *
     * @param offsets how much later than they did the connections of a class count as having arrived; 0 for other classes
     * @throws IllegalArgumentException if one is more than 146 years either way, half of what a {@code long} has in nanoseconds
     */
    public PriorityPolicy(Map<Integer, Duration> offsets) {
        this(offsetBy(offsets));
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
    public Iterator<Admission> preview(long nowNanos) {
        return waiters.iterator();
    }

    @Override
    public String name() {
        return "priority";
    }

    private static Comparator<Admission> ageingBy(Duration ageing) {
        long nanos = Durations.positiveNanos(ageing, "ageing");
        return (a, b) -> {
            // A sum could overflow; the difference of two arrivals cannot, and the product stops at the largest long.
            long later = a.arrivalNanos() - b.arrivalNanos();
            return Long.compare(later, saturatedProduct((long) b.priorityClass() - a.priorityClass(), nanos));
        };
    }

    private static Comparator<Admission> offsetBy(Map<Integer, Duration> offsets) {
        Map<Integer, Long> nanos = new HashMap<>();
        offsets.forEach((priorityClass, offset) -> {
            if (offset.abs().compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0) {
                throw new IllegalArgumentException(
                        "offset of class " + priorityClass + " must be at most 146 years either way, was " + offset);
            }
            nanos.put(priorityClass, offset.toNanos());
        });
        return byArrivalPlus(waiter -> nanos.getOrDefault(waiter.priorityClass(), 0L));
    }

    /** By differences, which do not overflow where sums would. */
    static Comparator<Admission> byArrivalPlus(ToLongFunction<Admission> nanos) {
        return (a, b) -> Long.compare(a.arrivalNanos() - b.arrivalNanos(), nanos.applyAsLong(b) - nanos.applyAsLong(a));
    }

    private static long saturatedProduct(long factor, long positive) {
        long low = factor * positive;
        boolean overflows = Math.multiplyHigh(factor, positive) != low >> 63;
        return overflows ? (factor < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : low;
    }

    /**
     * Finds it under the name {@code priority}; {@code ageing=DURATION} makes it age, {@code offset.N=DURATION} or
     * {@code offset.N=-DURATION} offsets class N. {@code priority(0: fifo, default: fair)} has each class in the order of a policy of
     * its own, and may give each a cap and a reserve.
     */
    public static final class Provider implements SchedulingPolicyProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "priority";
        }

        @Override
        public SchedulingPolicy create(PolicyArguments written) {
            Arguments arguments = new Arguments("priority", written);
            return arguments.labels().isEmpty() ? flat(arguments) : nested(arguments);
        }

        private static SchedulingPolicy nested(Arguments arguments) {
            List<ClassPolicy> classes = ClassPolicy.readAll(arguments, false);
            arguments.requireNoMore(
                    "cap.CLASS and reserve.CLASS of the classes that have a policy inside, and of default");
            return new ClassPriorityPolicy(classes);
        }

        private static SchedulingPolicy flat(Arguments arguments) {
            Map<Integer, Duration> offsets = new HashMap<>();
            for (Integer priorityClass : arguments.classes("offset.")) {
                offsets.put(priorityClass, arguments.signedDuration("offset." + priorityClass));
            }
            if (!offsets.isEmpty()) {
                arguments.requireNoMore("offset.CLASS, but not beside others");
                return new PriorityPolicy(offsets);
            }
            boolean ages = arguments.has("ageing");
            Duration ageing = arguments.duration("ageing", Duration.ZERO);
            arguments.requireNoMore("ageing", "offset.CLASS");
            return ages ? new PriorityPolicy(ageing) : new PriorityPolicy();
        }
    }
}
