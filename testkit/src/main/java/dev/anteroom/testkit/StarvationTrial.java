package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks that waiters of all classes and sources are served, while waiters of one kind keep arriving behind them for
 * hours.
 */
final class StarvationTrial {
    private static final int ROUNDS = 20_000;

    private StarvationTrial() {}

    static void check(SchedulingPolicy policy, int priorityClass, int source) {
        ManualClock clock = new ManualClock();
        Waiters waiters = new Waiters(clock);
        Set<Admission> first = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Admission waiter = waiters.arrive(i % 5, i % 4);
            policy.enqueue(waiter, clock.nanoTime());
            first.add(waiter);
        }
        for (int i = 0; i < ROUNDS && !first.isEmpty(); i++) {
            policy.enqueue(waiters.arrive(priorityClass, source), clock.nanoTime());
            Admission next = policy.dequeue(clock.nanoTime(), first::remove);
            if (next != null) {
                first.remove(next);
                clock.advance(Duration.ofSeconds(1));
                if (policy.tracksServed()) {
                    policy.released(next, clock.nanoTime());
                }
            }
        }
        assertTrue(
                first.isEmpty(),
                () -> "after " + ROUNDS + " of class " + priorityClass + ", source " + source + ", these still wait: "
                        + first);
    }
}
