package dev.anteroom.testkit;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Waiters that a policy takes in as they arrive, or all at once later, as from the policy before it. Some of each class and source are
 * there from the beginning, so that it makes no difference when a policy first sees any.
 */
final class HandOverTrial {
    private static final int NEWCOMERS = 40;

    private final SchedulingPolicy policy;
    private final Duration step;
    private final ManualClock clock = new ManualClock();
    private final Waiters waiters = new Waiters(clock);

    private HandOverTrial(SchedulingPolicy policy, Duration step) {
        this.policy = policy;
        this.step = step;
    }

    /** The numbers of the waiters in the order in which they are given out or shed, some time passing before each. */
    static List<Long> order(SchedulingPolicy policy, Duration step, boolean late) {
        HandOverTrial trial = new HandOverTrial(policy, step);
        trial.takeIn(late);
        return trial.giveOut();
    }

    private void takeIn(boolean late) {
        for (int i = 0; i < 20; i++) {
            policy.enqueue(waiters.arrive(i % 5, i % 4), clock.nanoTime());
        }
        List<Admission> delayed = new ArrayList<>();
        for (int i = 0; i < NEWCOMERS; i++) {
            clock.advance(step);
            Admission newcomer = waiters.arrive((i * 7 + i / 5) % 5, i * 3 % 4);
            if (late) {
                delayed.add(newcomer);
            } else {
                policy.enqueue(newcomer, clock.nanoTime());
            }
        }
        delayed.forEach(newcomer -> policy.enqueue(newcomer, clock.nanoTime()));
    }

    private List<Long> giveOut() {
        List<Long> order = new ArrayList<>();
        Deque<Admission> served = new ArrayDeque<>();
        int tries = 3 * NEWCOMERS;
        for (int i = 0; i < tries; i++) {
            clock.advance(step);
            Admission next = policy.dequeue(clock.nanoTime(), shed -> order.add(-shed.sequence()));
            if (next != null) {
                order.add(next.sequence());
                served.add(next);
            } else if (policy.tracksServed() && !served.isEmpty()) {
                policy.released(served.remove(), clock.nanoTime());
            }
        }
        return order;
    }
}
