package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the simulator with closed-form results of queueing theory. */
class QueueingTheoryTest {
    private static final int SLOTS = 10;
    private static final double RATE = 8;
    private static final Replications FIFO = unboundedPatience("fifo");
    private static final Replications LIFO = unboundedPatience("lifo");

    private static Replications unboundedPatience(String policy) {
        return Replications.of(policy, "poisson:8/s", "exponential:1s", "none", SLOTS, 100_000);
    }

    @Test
    void the_share_that_waits_follows_erlang_c() {
        FIFO.agreeOn(ClosedForms.erlangC(SLOTS, RATE), Outcome::waitProbability);
    }

    @Test
    void the_mean_wait_follows_erlang_c() {
        FIFO.agreeOn(ClosedForms.meanWait(SLOTS, RATE, 1), Outcome::waitMean);
    }

    @Test
    void the_percentiles_of_the_wait_follow_theory() {
        FIFO.agreeOn(ClosedForms.waitQuantile(0.9, SLOTS, RATE, 1), Outcome::waitP90);
        FIFO.agreeOn(ClosedForms.waitQuantile(0.99, SLOTS, RATE, 1), Outcome::waitP99);
    }

    @Test
    void lifo_has_the_same_mean_wait() {
        LIFO.agreeOn(ClosedForms.meanWait(SLOTS, RATE, 1), Outcome::waitMean);
    }

    @Test
    void lifo_has_a_greater_variance() {
        double least = LIFO.mean(Outcome::waitDeviation) - LIFO.error(Outcome::waitDeviation);
        assertTrue(least > FIFO.mean(Outcome::waitDeviation) + FIFO.error(Outcome::waitDeviation));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fifo", "lifo"})
    void the_share_that_abandons_follows_erlang_a(String policy) {
        Replications overload =
                Replications.of(policy, "poisson:12/s", "exponential:1s", "exponential:2s", SLOTS, 50_000);
        double expected = ClosedForms.erlangAAbandoned(SLOTS, 12, 1, 0.5);
        overload.agreeOn(expected, o -> (double) o.abandoned() / o.arrived());
    }

    @Test
    void without_a_room_the_share_refused_follows_erlang_b() {
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
