package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the adaptive limit with the best fixed one, in front of an upstream with a knee at 40. */
class GoodputTest {
    private static final double SHARE = 0.95;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            knee(40)        | constant:100ms
            knee(40)        | exponential:100ms
            knee(40)        | lognormal:100ms:1.5
            knee(40, steep) | constant:100ms
            knee(40, steep) | exponential:100ms
            """)
    void under_overload_adaptive_is_as_good_after_half_a_minute(String upstream, String service) {
        assertAsGood("poisson:600/s", service, upstream, Duration.ofSeconds(30), 36_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"poisson:200/s", "poisson:320/s", "poisson:400/s"})
    void adaptive_does_not_limit_a_load_that_fits(String arrivals) {
        assertAsGood(arrivals, "exponential:100ms", "knee(40, steep)", Duration.ofSeconds(30), 24_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant:100ms", "exponential:100ms"})
    void adaptive_recovers_from_a_slowdown(String service) {
        String upstream = "knee(40, steep), slow(x4, from=40s, for=30s)";
        assertAsGood("poisson:600/s", service, upstream, Duration.ofSeconds(100), 84_000);
    }

    private static void assertAsGood(String arrivals, String service, String upstream, Duration warmUp, int count) {
        double fixed = goodput("40", arrivals, service, upstream, warmUp, count);
        double adaptive = goodput("adaptive", arrivals, service, upstream, warmUp, count);
        assertTrue(adaptive >= SHARE * fixed, adaptive + " is too little beside " + fixed);
    }

    private static double goodput(
            String limit, String arrivals, String service, String upstream, Duration warmUp, int count) {
        Load load = new Load(
                Arrivals.parse(arrivals),
                Distribution.parse(service),
                Distribution.NONE,
                1,
                0,
                1,
                count,
                7,
                warmUp.toNanos());
        return new Simulation(
                        new Setup(
                                load,
                                1,
                                limit,
                                10_000,
                                Duration.ofSeconds(30),
                                Departures.NOTICED,
                                0,
                                Distribution.NONE,
                                UpstreamParser.parse(upstream)),
                        "fifo")
                .run()
                .goodputPerSecond();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            knee(40)              | 20  | 200
            knee(40)              | 80  | 400
            knee(40, steep)       | 40  | 400
            knee(40, steep)       | 50  | 250
            usl(0.1, 0)           | 11  | 55
            ideal                 | 100 | 1000
            """)
    void a_saturated_upstream_has_the_throughput_of_its_form(String upstream, String limit, double expected) {
        double served = goodput(limit, "constant:2000/s", "exponential:100ms", upstream, Duration.ofSeconds(5), 60_000);
        assertEquals(expected, served, 0.03 * expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            slow(x4, from=10s, for=10s) | 0.625
            hang(from=10s, for=10s)     | 0.5
            down(from=10s, for=10s)     | 0.5
            """)
    void an_incident_lasts_for_the_given_time(String upstream, double share) {
        double served = goodput("10", "constant:200/s", "exponential:100ms", upstream, Duration.ZERO, 4_000);
        assertEquals(share * 100, served, 5);
    }
}
