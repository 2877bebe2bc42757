package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionQueue;
import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Last come, first served. Under overload, the connections that are served have hardly waited, and the ones that came
 * early expire. Every operation takes constant time.
 */
public final class LifoPolicy implements SchedulingPolicy {
    private final AdmissionQueue waiters = new AdmissionQueue();

    /** Creates an empty policy. */
    public LifoPolicy() {}

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.addLast(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        return waiters.pollLast();
    }

    @Override
    public boolean remove(Admission waiter) {
        return waiters.remove(waiter);
    }

    @Override
    public Iterator<Admission> preview(long nowNanos) {
        return waiters.descendingIterator();
    }

    @Override
    public String name() {
        return "lifo";
    }

    /** Provides {@code lifo}, which has no parameters. */
    public static final class Provider implements SchedulingPolicyProvider {
        /** Called by {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "lifo";
        }

        @Override
        public SchedulingPolicy create(PolicyArguments arguments) {
            new Arguments("lifo", arguments).requireNoMore();
            return new LifoPolicy();
        }
    }
}
