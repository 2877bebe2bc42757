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
 * First come, first served. Under lasting overload all connections wait equally long. Every operation takes constant
 * time.
 */
public final class FifoPolicy implements SchedulingPolicy {
    private final AdmissionQueue waiters = new AdmissionQueue();

    /** Creates an empty policy. */
    public FifoPolicy() {}

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        waiters.addLast(newcomer);
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        return waiters.pollFirst();
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
        return "fifo";
    }

    /** Provides {@code fifo}, which has no parameters. */
    public static final class Provider implements SchedulingPolicyProvider {
        /** Called by {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "fifo";
        }

        @Override
        public SchedulingPolicy create(PolicyArguments arguments) {
            new Arguments("fifo", arguments).requireNoMore();
            return new FifoPolicy();
        }
    }
}
