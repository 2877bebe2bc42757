package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulator against what is known in closed form. */
class QueueingTheoryTest {
    private static final int SLOTS = 10;
    private static final double RATE = 8;
    private static final Replications FIFO = unboundedPatience("fifo");
    private static final Replications LIFO = unboundedPatience("lifo");

    private static Replications unboundedPatience(String policy) {
        return Replications.of(policy, "poisson:8/s", "exponential:1s", "none", SLOTS, 100_000);
    }

    @Test
    void as_many_wait_as_erlang_c_says() {
        FIFO.agreeOn(ClosedForms.erlangC(SLOTS, RATE), Outcome::waitProbability);
    }

    @Test
    void they_wait_as_long_as_erlang_c_says() {
        FIFO.agreeOn(ClosedForms.meanWait(SLOTS, RATE, 1), Outcome::waitMean);
    }

    @Test
    void the_percentiles_of_the_wait_are_those_of_theory() {
        FIFO.agreeOn(ClosedForms.waitQuantile(0.9, SLOTS, RATE, 1), Outcome::waitP90);
        FIFO.agreeOn(ClosedForms.waitQuantile(0.99, SLOTS, RATE, 1), Outcome::waitP99);
    }

    @Test
    void the_mean_wait_is_the_same_newest_first() {
        LIFO.agreeOn(ClosedForms.meanWait(SLOTS, RATE, 1), Outcome::waitMean);
    }

    @Test
    void but_its_variance_is_greater() {
        double least = LIFO.mean(Outcome::waitDeviation) - LIFO.error(Outcome::waitDeviation);
        assertTrue(least > FIFO.mean(Outcome::waitDeviation) + FIFO.error(Outcome::waitDeviation));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fifo", "lifo"})
    void as_many_abandon_as_erlang_a_says_in_whatever_order(String policy) {
        Replications overload =
                Replications.of(policy, "poisson:12/s", "exponential:1s", "exponential:2s", SLOTS, 50_000);
        double expected = ClosedForms.erlangAAbandoned(SLOTS, 12, 1, 0.5);
        overload.agreeOn(expected, o -> (double) o.abandoned() / o.arrived());
    }

    @Test
    void as_many_are_refused_as_erlang_b_says_if_nobody_can_wait() {
        Setup setup = Replications.setup("poisson:8/s", "pareto:1s:2.5", "none", SLOTS, 1_000_000, 1);
        Outcome outcome = new Simulation(
                        new Setup(
                                setup.load(),
                                1,
                                "" + SLOTS,
                                0,
                                setup.maxWait(),
                                Departures.NOTICED,
                                0,
                                Distribution.NONE,
                                Upstream.IDEAL),
                        "fifo")
                .run();
        assertEquals(ClosedForms.erlangB(SLOTS, RATE), (double) outcome.refused() / outcome.arrived(), 0.003);
    }
}
