package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Checks how a policy that tracks the served counts waiters that leave without having been served, and connections that
 * were served.
 */
final class ServedCountTrial {
    /**
     * More waiters of one kind than any policy under test serves at once; a policy that reaches it counts as one
     * without a bound.
     */
    private static final int MANY = 60;

    private final Supplier<PolicyTrial> trials;

    ServedCountTrial(Supplier<PolicyTrial> trials) {
        this.trials = trials;
    }

    /**
     * Checks that a policy never serves more waiters of one kind at once than a new policy does, whatever happens to
     * them, and in the end exactly as many.
     */
    void bound(int priorityClass, int source) {
        int bound = servedAtOnce(trials.get(), priorityClass, source);
        Random random = new Random(priorityClass * 31L + source);
        PolicyTrial trial = trials.get();
        for (int i = 0; i < 300; i++) {
            step(trial, random, priorityClass, source);
            int now = trial.served().size();
            assertTrue(now <= bound || bound == MANY, () -> now + " are served at once, " + bound + " to begin with");
        }
        trial.finish();
        assertEquals(bound, servedAtOnce(trial, priorityClass, source), "served at once, in the end");
    }

    private static void step(PolicyTrial trial, Random random, int priorityClass, int source) {
        int held = trial.held().size();
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> trial.enqueue(priorityClass, source);
            case 3, 4 -> trial.dequeue();
            case 5 -> trial.pass(Duration.ofMillis(random.nextInt(20)));
            case 6 -> {
                if (held > 0 && random.nextBoolean()) {
                    trial.displace(priorityClass, source);
                } else if (held > 0) {
                    trial.remove(random.nextInt(held));
                }
            }
            default -> {
                if (!trial.served().isEmpty()) {
                    trial.release(random.nextInt(trial.served().size()));
                }
            }
        }
    }

    private static int servedAtOnce(PolicyTrial trial, int priorityClass, int source) {
        releaseAll(trial);
        for (int i = 0; i < MANY; i++) {
            trial.enqueue(priorityClass, source);
        }
        admitAll(trial);
        return trial.served().size();
    }

    /** Checks that a waiter that arrives and leaves while the policy admits nobody makes no room for another. */
    void visits() {
        PolicyTrial trial = trials.get();
        trial.crowd(MANY);
        admitAll(trial);
        for (Admission like : List.copyOf(trial.held())) {
            trial.enqueue(like.priorityClass(), source(like));
            trial.remove(trial.held().size() - 1);
            assertNull(trial.dequeue(), () -> "gave out another when one like " + like + " gave up waiting");
        }
        releaseAll(trial);
        trial.finish();
    }

    private static int source(Admission admission) {
        return Waiters.source((SocketAddress) admission.source());
    }

    private static void admitAll(PolicyTrial trial) {
        while (trial.dequeue() != null) {
            // Repeat until the policy admits no more.
        }
    }

    private static void releaseAll(PolicyTrial trial) {
        while (!trial.served().isEmpty()) {
            trial.release(0);
        }
    }
}
