package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionQueue;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A turn for each source: deficit round-robin (Shreedhar and Varghese, "Efficient Fair Queuing using Deficit Round Robin",
 * SIGCOMM 1995) with connections for packets, all of the same cost; so a source of weight 3 has three admitted a round, first
 * come, first served among its own. One noisy source cannot hold the room: when it is full, the newest waiter of the source that
 * holds most of it goes for a newcomer of a smaller one.
 *
 * <p>A cap bounds how many of one source are served at once. A source at its cap is passed over, in whose stead others are
 * served, and has its turn again when one of its own has left. A source is what the gate's {@code sourceKey} makes of an address.
 *
 * <p>Every operation takes time logarithmic in the number of sources.
 */
public final class FairPolicy implements SchedulingPolicy {
    private final ToIntFunction<Object> weight;
    private final int cap;
    private final Map<Object, Source> sources = new HashMap<>();

    /** Those with somebody whom they may have admitted, in the order of their turns. */
    private final Set<Source> round = new LinkedHashSet<>();

    /** Those that wait, the largest for its weight last, and of equals the one whose newest waiter is newer. */
    private final TreeSet<Source> bySize =
            new TreeSet<>(((Comparator<Source>) Source::compareLoads).thenComparingLong(Source::newest));

    /** One turn for each source, and no cap. Holds no waiter yet. */
    public FairPolicy() {
        this(source -> 1, Integer.MAX_VALUE);
    }

    /**
     * Holds no waiter yet.
     *
     * @param weight how many of a source are admitted in a round, at least 1
     * @param cap how many of a source are served at once, at least 1; {@link Integer#MAX_VALUE} is no cap
     * @throws IllegalArgumentException if the cap is out of bounds
     */
    public FairPolicy(ToIntFunction<Object> weight, int cap) {
        if (cap < 1) {
            throw new IllegalArgumentException("cap must be at least 1, was " + cap);
        }
        this.weight = weight;
        this.cap = cap;
    }

    @Override
    public boolean tracksServed() {
        return cap != Integer.MAX_VALUE;
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        Source source = sources.computeIfAbsent(newcomer.sourceKey(), Source::new);
        change(source, waiters -> waiters.addLast(newcomer));
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        if (round.isEmpty()) {
            return null;
        }
        Source source = round.iterator().next();
        Admission next = source.waiters.peekFirst();
        source.served += tracksServed() ? 1 : 0;
        if (--source.turns == 0) {
            round.remove(source);
        }
        change(source, AdmissionQueue::pollFirst);
        return next;
    }

    @Override
    public boolean remove(Admission waiter) {
        Source source = sources.get(waiter.sourceKey());
        if (source == null) {
            return false;
        }
        int before = source.size();
        change(source, waiters -> waiters.remove(waiter));
        return source.size() < before;
    }

    @Override
    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
        if (bySize.isEmpty()) {
            return null;
        }
        Source largest = bySize.last();
        Source own = sources.get(newcomer.sourceKey());
        int ownWeight = own == null ? weightOf(newcomer.sourceKey()) : own.weight;
        int ownSize = own == null ? 0 : own.size();
        if ((ownSize + 1L) * largest.weight >= (long) largest.size() * ownWeight) {
            return null;
        }
        Admission newest = largest.waiters.peekLast();
        change(largest, AdmissionQueue::pollLast);
        return newest;
    }

    @Override
    public void released(Admission admission, long nowNanos) {
        Source source = sources.get(admission.sourceKey());
        if (source != null) {
            change(source, waiters -> source.served--);
        }
    }

    @Override
    public String name() {
        return "fair";
    }

    private int weightOf(Object key) {
        return Math.max(1, weight.applyAsInt(key));
    }

    /** Changes a source, then its place among the others. */
    private void change(Source source, Consumer<AdmissionQueue> change) {
        bySize.remove(source);
        change.accept(source.waiters);
        if (source.size() > 0) {
            bySize.add(source);
        }
        if (!source.mayBeServed()) {
            round.remove(source);
        } else if (round.add(source)) {
            source.turns = source.weight;
        }
        if (source.size() == 0 && source.served == 0) {
            sources.remove(source.key);
        }
    }

    private final class Source {
        private final Object key;
        private final int weight;
        private final AdmissionQueue waiters = new AdmissionQueue();
        private int served;
        private int turns;

        Source(Object key) {
            this.key = key;
            this.weight = weightOf(key);
        }

        int size() {
            return waiters.size();
        }

        long newest() {
            Admission newest = waiters.peekLast();
            return newest == null ? 0 : newest.sequence();
        }

        int compareLoads(Source other) {
            return Long.compare((long) size() * other.weight, (long) other.size() * weight);
        }

        boolean mayBeServed() {
            return size() > 0 && served < cap;
        }
    }

    /** Finds it under the name {@code fair}; {@code cap=N} bounds how many of a source are served at once. */
    public static final class Provider implements SchedulingPolicyProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "fair";
        }

        @Override
        public SchedulingPolicy create(Map<String, String> parameters) {
            Parameters.requireKnown("fair", parameters, "cap");
            return new FairPolicy(source -> 1, Parameters.count("cap", parameters, Integer.MAX_VALUE));
        }
    }
}
