package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.Waiters;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy inside another that gives out nobody although somebody waits. */
@ExtendWith(QuietLog.class)
class InsidePolicyFaultsTest {
    private final Waiters waiters = new Waiters(new ManualClock());

    private static List<SchedulingPolicy> around(Supplier<SchedulingPolicy> inside) {
        return List.of(
                new FairPolicy(inside, source -> 1, 2),
                new FairPolicy(() -> new FairPolicy(inside, source -> 1, 2), source -> 1, 2));
    }

    @ParameterizedTest(name = "tracks the served: {0}")
    @ValueSource(booleans = {true, false})
    void a_policy_inside_that_keeps_waiters_back_fails(boolean tracksServed) {
        for (SchedulingPolicy policy : around(() -> new Keeper(tracksServed))) {
            Admission waiter = waiters.arrive(0, 1);
            policy.enqueue(waiter, 0);
            assertEquals(
                    "dequeue of Keeper returned null, but " + waiter + " waits",
                    assertThrows(IllegalStateException.class, () -> policy.dequeue(0, shed -> {}))
                            .getMessage());
        }
    }

    @Test
    void a_policy_inside_may_keep_waiters_back_while_it_serves() {
        for (SchedulingPolicy policy : around(OnePerClass::new)) {
            Admission first = waiters.arrive(0, 1);
            Admission second = waiters.arrive(0, 1);
            policy.enqueue(first, 0);
            policy.enqueue(second, 0);
            assertEquals(first, policy.dequeue(0, shed -> {}));
            assertNull(policy.dequeue(0, shed -> {}));
            policy.released(first, 0);
            assertEquals(second, policy.dequeue(0, shed -> {}));
        }
    }

    @ParameterizedTest(name = "tracks the served: {0}")
    @ValueSource(booleans = {true, false})
    void a_gate_drops_the_policy_around_and_loses_nobody(boolean tracksServed) {
        TrialGate gate =
                new TrialGate(1, 10, new FairPolicy(() -> new Keeper(tracksServed), source -> 1, Share.UNCAPPED));
        Admission served = gate.enter(0, 0);
        Admission waiter = gate.enter(0, 0);
        served.leave();
        assertEquals(List.of(State.RELEASED, State.ADMITTED), List.of(served.state(), waiter.state()));
    }

    /** Takes waiters in, and never gives one out. */
    private record Keeper(boolean tracksServed) implements SchedulingPolicy {
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
