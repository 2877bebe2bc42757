package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionQueue;
import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** First come, first served. Fair; under lasting overload everyone waits equally long. Every operation takes constant time. */
public final class FifoPolicy implements SchedulingPolicy {
    private final AdmissionQueue waiters = new AdmissionQueue();

    /** Holds no waiter yet. */
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

    /** Finds it under the name {@code fifo}; without parameters. */
    public static final class Provider implements SchedulingPolicyProvider {
        /** For {@link java.util.ServiceLoader}. */
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
