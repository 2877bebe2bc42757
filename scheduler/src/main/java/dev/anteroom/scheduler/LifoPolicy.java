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
 * Last come, first served. Under overload those who are served were hardly kept waiting, at the price of those who came
 * early: these expire. Every operation takes constant time.
 */
public final class LifoPolicy implements SchedulingPolicy {
    private final AdmissionQueue waiters = new AdmissionQueue();

    /** Holds no waiter yet. */
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

    /** Finds it under the name {@code lifo}; without parameters. */
    public static final class Provider implements SchedulingPolicyProvider {
        /** For {@link java.util.ServiceLoader}. */
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
