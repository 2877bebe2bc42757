package dev.anteroom.limits;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An adaptive limit finds the knee of an upstream. The tests run in virtual time and are deterministic. */
class KneeTest {
    private static final Duration BASE = Duration.ofMillis(100);
    private static final int CLIENTS = 600;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adaptive(min=10, max=500)",
                "adaptive(gradient2, min=10, max=500)",
                "adaptive(vegas, min=10, max=500)",
                "adaptive(aimd(timeout=200ms), min=10, max=500)"
            })
    void it_settles_near_the_knee_and_stays_there(String limit) {
        Upstream upstream = new Upstream(Limits.parse(limit), CLIENTS, 40, BASE);
        upstream.clock.advance(Duration.ofMinutes(2));
        for (int minute = 3; minute <= 12; minute++) {
            assertBetween(37, mean(upstream), 50, limit + ", minute " + minute);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adaptive(min=10, max=500)",
                "adaptive(gradient2, min=10, max=500)",
                "adaptive(vegas, min=10, max=500)"
            })
    void it_follows_a_knee_that_moves(String limit) {
        Upstream upstream = new Upstream(Limits.parse(limit), CLIENTS, 40, BASE);
        upstream.clock.advance(Duration.ofMinutes(2));
        upstream.knee(80);
        upstream.clock.advance(Duration.ofMinutes(4));
        assertBetween(76, mean(upstream), 92, limit + ", more capacity");
        upstream.knee(20);
        upstream.clock.advance(Duration.ofMinutes(4));
        assertBetween(18, mean(upstream), 36, limit + ", less capacity");
    }

    @Test
    void without_a_probe_it_drifts_upwards() {
        Upstream upstream =
                new Upstream(Limits.parse("adaptive(gradient2, min=10, max=500, probe=0s)"), CLIENTS, 40, BASE);
        upstream.clock.advance(Duration.ofMinutes(30));
        assertBetween(60, mean(upstream), 500, "never probed");
    }

    @Test
    void failures_lower_it() {
        Upstream upstream = new Upstream(Limits.parse("adaptive(vegas, min=10, max=500)"), CLIENTS, 40, BASE);
        upstream.clock.advance(Duration.ofMinutes(2));
        upstream.fails(true);
        upstream.clock.advance(Duration.ofSeconds(50));
        assertBetween(10, mean(upstream), 25, "failing");
    }

    @Test
    void fast_failures_do_not_count_as_fast_services() {
        Upstream upstream = new Upstream(Limits.parse("adaptive(gradient2, min=10, max=500)"), CLIENTS, 40, BASE);
        upstream.clock.advance(Duration.ofMinutes(2));
        upstream.fails(true);
        upstream.clock.advance(Duration.ofMinutes(2));
        assertBetween(10, mean(upstream), 50, "failing");
    }

    /** Returns the mean limit over a minute, sampled every second. */
    private static double mean(Upstream upstream) {
        double sum = 0;
        for (int second = 0; second < 60; second++) {
            upstream.clock.advance(Duration.ofSeconds(1));
            sum += upstream.gate.limit();
        }
        return sum / 60;
    }

    private static void assertBetween(int least, double limit, int most, String what) {
        assertTrue(limit >= least && limit <= most, what + ": was " + limit);
    }
}
