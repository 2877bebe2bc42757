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
 * Admits the most urgent class first (0, then 1, ...), and within a class first come, first served. When the room is
 * full, a newcomer displaces the newest waiter of the least urgent class, if the newcomer is more urgent. Every
 * operation takes logarithmic time.
 *
 * <p>Strict priority starves the least urgent connections while more urgent ones keep coming. Ageing prevents that: a
 * waiter counts as one class more urgent for each {@code ageing} that it has waited. All waiters age at the same rate,
 * so their order, that of {@code arrival + class * ageing}, never changes and is never sorted again.
 *
 * <p>Offsets do the same class by class: a connection counts as having arrived later than it did by the offset of its
 * class, or earlier if the offset is negative, as in HAProxy's queue. The order is then that of {@code arrival +
 * offset}, and the class has no other effect. HAProxy puts the class before the offset, and classifies each connection
 * twice. Here a connection is classified once, and strict classes are expressed by composition: {@code priority(0:
 * fifo, default: priority(offset.3=-500ms))}.
 */
public final class PriorityPolicy implements SchedulingPolicy {
    private final Comparator<Admission> urgency;

    /**
     * The waiters. This is a tree because a heap, such as Guava's MinMaxPriorityQueue, searches all of its elements for
     * one to remove.
     */
    private final TreeSet<Admission> waiters;

    /** Creates an empty policy of strict priority, without ageing. */
    public PriorityPolicy() {
        this(Comparator.comparingInt(Admission::priorityClass));
    }

    /**
     * Creates an empty policy of priority with ageing.
     *
     * @param ageing the time after which a waiter counts as one class more urgent
     * @throws IllegalArgumentException if the time is not positive, or its nanoseconds do not fit in a {@code long}
     */
    public PriorityPolicy(Duration ageing) {
        this(ageingBy(ageing));
    }

    /**
     * Creates an empty policy of order of arrival with offsets.
     *
     * @param offsets how much later than they did the connections of each class count as having arrived; 0 for other
     *     classes
     * @throws IllegalArgumentException if an offset is more than 146 years, positive or negative; that is half the
     *     range of a {@code long} in nanoseconds
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

    /** Compares by differences, which do not overflow where sums would. */
    static Comparator<Admission> byArrivalPlus(ToLongFunction<Admission> nanos) {
        return (a, b) -> Long.compare(a.arrivalNanos() - b.arrivalNanos(), nanos.applyAsLong(b) - nanos.applyAsLong(a));
    }

    private static long saturatedProduct(long factor, long positive) {
        long low = factor * positive;
        boolean overflows = Math.multiplyHigh(factor, positive) != low >> 63;
        return overflows ? (factor < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : low;
    }

    /**
     * Provides {@code priority}. {@code ageing=DURATION} turns on ageing, and {@code offset.N=DURATION} or {@code
     * offset.N=-DURATION} offsets class N. {@code priority(0: fifo, default: fair)} puts each class in the order of its
     * own policy, and may give each class a cap and a reserve.
     */
    public static final class Provider implements SchedulingPolicyProvider {
        /** Called by {@link java.util.ServiceLoader}. */
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
