package dev.anteroom.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.scheduler.Policies;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Linearizability of the gate with every policy; {@code -Danteroom.lincheck.iterations=50} tries more scenarios. */
class GateLincheckTest {
    @AfterEach
    void reset_the_policy() {
        GateVisits.policy = TriedPolicy.FIFO;
    }

    /** A build on a second JDK, with {@code -Danteroom.short=true}, tries one policy of each kind. */
    static Stream<TriedPolicy> policies() {
        return Boolean.getBoolean("anteroom.short")
                ? Stream.of(TriedPolicy.FIFO, TriedPolicy.FAIR_WITH_A_CAP)
                : Stream.of(TriedPolicy.values());
    }

    @ParameterizedTest
    @MethodSource("policies")
    void model_checked_interleavings_are_linearizable(TriedPolicy policy) {
        GateVisits.policy = policy;
        GateOperations.modelCheck(GateOperations.ITERATIONS);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void stressed_threads_are_linearizable(TriedPolicy policy) {
        GateVisits.policy = policy;
        GateOperations.stress(GateOperations.ITERATIONS);
    }

    @Test
    void user_code_that_calls_the_gate_keeps_the_promises() {
        WatchedGate.stress(ReentryVisits.class, 3 * GateOperations.ITERATIONS, 200);
    }

    @Test
    void every_policy_is_tested() {
        assertEquals(
                Policies.names(),
                Stream.of(TriedPolicy.values())
                        .map(tried -> tried.make().name())
                        .distinct()
                        .sorted()
                        .toList());
    }
}
