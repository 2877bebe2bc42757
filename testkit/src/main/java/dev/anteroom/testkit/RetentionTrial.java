package dev.anteroom.testkit;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waiters that leave a policy in every possible way, each with another source, while a few others keep waiting. */
final class RetentionTrial {
    private static final int MANY = 2_000;
    private static final int FEW = 20;

    private final ManualClock clock = new ManualClock();
    private final Waiters waiters = new Waiters(clock);
    private final List<WeakReference<Object>> gone = new ArrayList<>();
    private final List<Admission> shed = new ArrayList<>();
    private final SchedulingPolicy policy;
    private int sources;

    RetentionTrial(SchedulingPolicy policy) {
        this.policy = policy;
    }

    void removed() {
        for (int i = 0; i < MANY; i++) {
            Admission waiter = enqueue();
            policy.remove(waiter);
            forget(waiter);
        }
    }

    void served() {
        List<Admission> served = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            enqueue();
            Admission next = dequeue();
            if (next != null) {
                served.add(next);
            }
            if (next == null || served.size() > FEW) {
                release(served);
            }
        }
        release(served);
    }

    void displaced() {
        for (int i = 0; i < MANY; i++) {
            Admission newcomer = waiters.arrive(i % 5, sources++);
            Admission displaced = policy.displace(newcomer, clock.nanoTime());
            if (displaced == null) {
                forget(newcomer);
            } else {
                policy.enqueue(newcomer, clock.nanoTime());
                forget(displaced);
            }
        }
    }

    /**
     * Runs one of the histories above beside a few waiters, and checks that only a few of the others remain reachable.
     */
    void check(Consumer<RetentionTrial> history) {
        for (int i = 0; i < FEW; i++) {
            enqueue();
        }
        history.accept(this);
        shed.forEach(this::forget);
        shed.clear();
        Retained.assertAtMost(4 * FEW, gone);
        // Keeps the policy reachable until here.
        policy.name();
    }

    private Admission enqueue() {
        Admission newcomer = waiters.arrive(sources % 5, sources++);
        policy.enqueue(newcomer, clock.nanoTime());
        return newcomer;
    }

    private @Nullable Admission dequeue() {
        return policy.dequeue(clock.nanoTime(), shed::add);
    }

    private void release(List<Admission> served) {
        for (Admission leaver : served) {
            if (policy.tracksServed()) {
                policy.released(leaver, clock.nanoTime());
            }
            forget(leaver);
        }
        served.clear();
    }

    /** Makes the gate of the trial's waiters release the waiter too. */
    private void forget(Admission waiter) {
        waiter.leave();
        gone.add(new WeakReference<>(waiter));
        gone.add(new WeakReference<>(waiter.sourceKey()));
    }
}
