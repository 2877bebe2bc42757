package dev.anteroom.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.scheduler.Policies;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Linearizability of the gate with every policy; {@code -Danteroom.lincheck.iterations=50} tries more scenarios. */
class GateLincheckTest {
    @AfterEach
    void reset_the_policy() {
        GateVisits.policy = TriedPolicy.FIFO;
    }

    @ParameterizedTest
    @EnumSource
    void model_checked_interleavings_are_linearizable(TriedPolicy policy) {
        GateVisits.policy = policy;
        GateOperations.modelCheck(GateOperations.ITERATIONS);
    }

    @ParameterizedTest
    @EnumSource
    void stressed_threads_are_linearizable(TriedPolicy policy) {
        GateVisits.policy = policy;
        GateOperations.stress(GateOperations.ITERATIONS);
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
