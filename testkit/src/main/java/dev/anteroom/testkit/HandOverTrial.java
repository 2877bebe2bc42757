package dev.anteroom.testkit;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Compares a policy that receives waiters as they arrive with one that receives them all later, as from a previous
 * policy. Some waiters of each class and source are present from the start, so that the moment at which a policy first
 * sees a class or source makes no difference.
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

    /**
     * Returns the numbers of the waiters in the order in which they are given out or shed, with some time passing
     * before each.
     */
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
