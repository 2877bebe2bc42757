package dev.anteroom.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits keep moving when few services end, or none. The tests run in virtual time and are deterministic. */
class SlowUpstreamTest {
    private static final String GOODPUT = "adaptive";
    private static final String GRADIENT = "adaptive(gradient2)";
    private static final String VEGAS = "adaptive(vegas)";
    private static final String AIMD = "adaptive(aimd(timeout=1m))";

    /** With a limit of 1, five services end per second. */
    @ParameterizedTest
    @ValueSource(strings = {GOODPUT, GRADIENT, VEGAS, AIMD})
    void it_rises_with_fewer_than_ten_services_a_window(String limit) {
        Upstream upstream = new Upstream(Limits.parse(limit), 40, 40, Duration.ofMillis(200));
        upstream.clock.advance(Duration.ofSeconds(100));
        assertTrue(upstream.gate.limit() >= 20, limit + ": was " + upstream.gate.limit());
    }

    @ParameterizedTest
    @ValueSource(strings = {GOODPUT, GRADIENT, VEGAS, AIMD})
    void it_comes_down_when_services_fail(String limit) {
        Upstream upstream = risen(limit);
        int before = upstream.gate.limit();
        upstream.fails(true);
        upstream.clock.advance(Duration.ofMinutes(1));
        assertTrue(upstream.gate.limit() <= before / 2, limit + ": was " + upstream.gate.limit() + " of " + before);
    }

    @ParameterizedTest
    @ValueSource(strings = {GOODPUT, GRADIENT, VEGAS, AIMD})
    void it_comes_down_when_services_hang(String limit) {
        Upstream upstream = risen(limit);
        int before = upstream.gate.limit();
        upstream.hangs(true);
        upstream.clock.advance(Duration.ofMinutes(5));
        assertTrue(upstream.gate.limit() <= before / 2, limit + ": was " + upstream.gate.limit() + " of " + before);
    }

    @ParameterizedTest
    @ValueSource(strings = {GOODPUT, GRADIENT, VEGAS, AIMD})
    void it_recovers_when_services_end_again(String limit) {
        Upstream upstream = risen(limit);
        upstream.hangs(true);
        upstream.clock.advance(Duration.ofMinutes(5));
        upstream.hangs(false);
        upstream.clock.advance(Duration.ofMinutes(3));
        assertTrue(upstream.gate.limit() >= 25, limit + ": was " + upstream.gate.limit());
    }

    @ParameterizedTest
    @ValueSource(strings = {GOODPUT, GRADIENT, VEGAS, AIMD})
    void a_number_given_to_the_gate_ends_the_rule(String limit) {
        Upstream upstream = risen(limit);
        upstream.gate.limit(7);
        upstream.hangs(true);
        upstream.clock.advance(Duration.ofMinutes(5));
        assertEquals(7, upstream.gate.limit());
        assertEquals(0, upstream.clock.pending());
    }

    private static Upstream risen(String limit) {
        Upstream upstream = new Upstream(Limits.parse(limit), 200, 40, Duration.ofMillis(100));
        upstream.clock.advance(Duration.ofMinutes(2));
        assertTrue(upstream.gate.limit() >= 25, limit + ": was " + upstream.gate.limit());
        return upstream;
    }
}
