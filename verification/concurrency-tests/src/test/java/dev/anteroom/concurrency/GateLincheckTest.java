package dev.anteroom.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.scheduler.Policies;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gate with every policy; {@code -Danteroom.lincheck.iterations=50} tries more. */
class GateLincheckTest {
    @AfterEach
    void be_as_before() {
        GateVisits.policy = TriedPolicy.FIFO;
    }

    @ParameterizedTest
    @EnumSource
    void every_interleaving_that_is_tried_has_the_result_of_some_order(TriedPolicy policy) {
        GateVisits.policy = policy;
        GateOperations.modelCheck(GateOperations.ITERATIONS);
    }

    @ParameterizedTest
    @EnumSource
    void whatever_threads_do_has_the_result_of_some_order(TriedPolicy policy) {
        GateVisits.policy = policy;
        GateOperations.stress(GateOperations.ITERATIONS);
    }

    @Test
    void no_policy_is_left_out() {
        assertEquals(
                Policies.names(),
                Stream.of(TriedPolicy.values())
                        .map(tried -> tried.make().name())
                        .distinct()
                        .sorted()
                        .toList());
    }
}
