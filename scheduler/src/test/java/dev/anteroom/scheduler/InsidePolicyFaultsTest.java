package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.Waiters;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InsidePolicyFaultsTest {
    @Test
    void an_inner_policy_that_keeps_waiters_back_is_dropped() {
        FairPolicy policy = new FairPolicy(Keeper::new, source -> 1, 2);
        Admission waiter = new Waiters(new ManualClock()).arrive(0, 1);
        policy.enqueue(waiter, 0);
        assertEquals(
                "dequeue of Keeper returned null, but " + waiter + " waits",
                assertThrows(IllegalStateException.class, () -> policy.dequeue(0, shed -> {}))
                        .getMessage());
    }

    private static final class Keeper implements SchedulingPolicy {
        @Override
        public void enqueue(Admission newcomer, long nowNanos) {}

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return null;
        }

        @Override
        public boolean remove(Admission waiter) {
            return true;
        }
    }
}
