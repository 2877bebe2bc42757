package dev.anteroom.scheduler;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionQueue;
import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * First come, first served while the waiting room is empty now and then, and newest first once it has not been empty
 * for an interval. Under overload the newest clients are those that are still there, whereas first come, first served
 * would serve only clients that have given up. The longest tolerated wait shrinks likewise, from the interval to the
 * target. A waiter that has waited longer is shed when it would be admitted, or earlier if the room is full and a
 * newcomer needs its place. See Maurer, "Fail at Scale", ACM Queue 13(8), 2015, which is also the source of the default
 * figures.
 *
 * <p>The defaults, 5 and 100 ms, are meant for requests within a data center. For connections of people, choose times
 * as long as people wait. Every operation takes constant time, apart from shedding.
 */
public final class AdaptiveLifoPolicy implements SchedulingPolicy {
    private final AdmissionQueue waiters = new AdmissionQueue();
    private final long targetNanos;
    private final long intervalNanos;
    private long lastEmpty;

    /** Creates an empty policy with the published figures, a target of 5 ms and an interval of 100 ms. */
    public AdaptiveLifoPolicy() {
        this(ControlledDelay.TARGET, ControlledDelay.INTERVAL);
    }

    /**
     * Creates an empty policy.
     *
     * @param target the longest wait under overload
     * @param interval the longest wait otherwise, and the time without an empty room after which it counts as
     *     overloaded
     * @throws IllegalArgumentException if a figure is not positive
     */
    public AdaptiveLifoPolicy(Duration target, Duration interval) {
        this.targetNanos = Durations.positiveNanos(target, "target");
        this.intervalNanos = Durations.positiveNanos(interval, "interval");
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        if (waiters.isEmpty()) {
            lastEmpty = nowNanos;
        }
        waiters.addLast(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        boolean overloaded = isOverloaded(nowNanos);
        Admission next = poll(overloaded);
        while (next != null && isStale(next, nowNanos)) {
            shed.accept(next);
            next = poll(overloaded);
        }
        return next;
    }

    private @Nullable Admission poll(boolean newestFirst) {
        return newestFirst ? waiters.pollLast() : waiters.pollFirst();
    }

    private boolean isOverloaded(long nowNanos) {
        return nowNanos - lastEmpty > intervalNanos;
    }

    private boolean isStale(Admission waiter, long nowNanos) {
        long longest = isOverloaded(nowNanos) ? targetNanos : intervalNanos;
        return nowNanos - waiter.arrivalNanos() > longest;
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiters.remove(waiter);
    }

    @Override
    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
        Admission oldest = waiters.peekFirst();
        return oldest != null && isStale(oldest, nowNanos) ? waiters.pollFirst() : null;
    }

    @Override
    public Iterator<Admission> preview(long nowNanos) {
        return isOverloaded(nowNanos) ? waiters.descendingIterator() : waiters.iterator();
    }

    @Override
    public String name() {
        return "adaptive-lifo";
    }

    /** Provides {@code adaptive-lifo}. {@code target=DURATION} and {@code interval=DURATION} set its figures. */
    public static final class Provider implements SchedulingPolicyProvider {
        /** Called by {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "adaptive-lifo";
        }

        @Override
        public SchedulingPolicy create(PolicyArguments written) {
            Arguments arguments = new Arguments("adaptive-lifo", written);
            Duration target = arguments.duration("target", ControlledDelay.TARGET);
            Duration interval = arguments.duration("interval", ControlledDelay.INTERVAL);
            arguments.requireNoMore("target", "interval");
            return new AdaptiveLifoPolicy(target, interval);
        }
    }
}
