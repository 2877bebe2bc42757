package dev.anteroom.scheduler;

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
 * First come, first served, with controlled delay. While the waiting room is a standing queue, a connection that has
 * waited more than twice the target is shed when it would be admitted, so that slots go to clients that are likely to
 * be there still. See Nichols and Jacobson, "Controlling Queue Delay", 2012. Every operation takes constant time, apart
 * from shedding.
 */
public final class CodelPolicy implements SchedulingPolicy {
    private final AdmissionQueue waiters = new AdmissionQueue();
    private final ControlledDelay delay;

    /** Creates an empty policy with the published figures, a target of 5 ms and an interval of 100 ms. */
    public CodelPolicy() {
        this(ControlledDelay.TARGET, ControlledDelay.INTERVAL);
    }

    /**
     * Creates an empty policy.
     *
     * @param target the wait that is acceptable while the room is never empty
     * @param interval how long a burst may last before it counts as a standing queue; several times the target
     * @throws IllegalArgumentException if a figure is not positive
     */
    public CodelPolicy(Duration target, Duration interval) {
        delay = new ControlledDelay(target, interval);
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.addLast(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        Admission next = waiters.pollFirst();
        while (next != null && delay.isTooLong(nowNanos - next.arrivalNanos(), nowNanos)) {
            shed.accept(next);
            next = waiters.pollFirst();
        }
        return next;
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiters.remove(waiter);
    }

    @Override
    public Iterator<Admission> preview(long nowNanos) {
        return waiters.iterator();
    }

    @Override
    public String name() {
        return "codel";
    }

    /** Provides {@code codel}. {@code target=DURATION} and {@code interval=DURATION} set its figures. */
    public static final class Provider implements SchedulingPolicyProvider {
        /** Called by {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "codel";
        }

        @Override
        public SchedulingPolicy create(PolicyArguments written) {
            Arguments arguments = new Arguments("codel", written);
            Duration target = arguments.duration("target", ControlledDelay.TARGET);
            Duration interval = arguments.duration("interval", ControlledDelay.INTERVAL);
            arguments.requireNoMore("target", "interval");
            return new CodelPolicy(target, interval);
        }
    }
}
