package dev.anteroom.gate;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** First come, first served: the order of a gate that was given no policy, or a faulty one. */
final class ArrivalOrder implements SchedulingPolicy {
    private final AdmissionQueue waiters = new AdmissionQueue();

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
    public String name() {
        return "fifo";
    }
}
