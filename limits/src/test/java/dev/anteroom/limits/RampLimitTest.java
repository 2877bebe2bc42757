package dev.anteroom.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateClock;
import dev.anteroom.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RampLimitTest {
    private final ManualClock clock = new ManualClock();

    @Test
    void it_rises_from_min_to_max_over_time() {
        AdmissionGate gate = gate("ramp(min=5, max=50, over=10s)");
        assertEquals(5, gate.limit());
        clock.advance(Duration.ofSeconds(5));
        assertEquals(25, gate.limit());
        clock.advance(Duration.ofSeconds(6));
        assertEquals(50, gate.limit());
    }

    @Test
    void a_clock_that_throws_once_does_not_end_the_ramp() {
        AtomicBoolean throwing = new AtomicBoolean();
        GateClock faulty = new GateClock() {
            @Override
            public long nanoTime() {
                if (throwing.getAndSet(false)) {
                    throw new IllegalStateException("planted: a clock");
                }
                return clock.nanoTime();
            }

            @Override
            public void schedule(long delayNanos, Runnable task) {
                clock.schedule(delayNanos, task);
            }
        };
        AdmissionGate gate = AdmissionGate.builder().limit(50).clock(faulty).build();
        gate.limit(Limits.parse("ramp(min=5, max=50, over=10s)"));
        throwing.set(true);
        assertThrows(IllegalStateException.class, () -> clock.advance(Duration.ofMillis(100)));
        clock.advance(Duration.ofSeconds(11));
        assertEquals(50, gate.limit());
    }

    @Test
    void it_starts_again_after_an_outage_of_the_upstream() {
        AdmissionGate gate = gate("ramp(min=5, max=50, over=10s)");
        clock.advance(Duration.ofSeconds(20));
        serve(gate, false);
        serve(gate, false);
        serve(gate, false);
        clock.advance(Duration.ofMinutes(1));
        assertEquals(5, gate.limit());
        serve(gate, true);
        clock.advance(Duration.ofSeconds(5));
        assertEquals(25, gate.limit());
    }

    @Test
    void scattered_failures_do_not_count_as_an_outage() {
        AdmissionGate gate = gate("ramp(min=5, max=50, over=10s)");
        clock.advance(Duration.ofSeconds(20));
        for (int i = 0; i < 10; i++) {
            serve(gate, false);
            serve(gate, false);
            serve(gate, true);
        }
        clock.advance(Duration.ofSeconds(1));
        assertEquals(50, gate.limit());
    }

    @Test
    void with_full_it_follows_the_load() {
        AdmissionGate gate = gate("ramp(min=5, max=50, over=1s, full=100)");
        clock.advance(Duration.ofSeconds(2));
        assertEquals(5, gate.limit());
        for (int i = 0; i < 40; i++) {
            enter(gate);
        }
        clock.advance(Duration.ofSeconds(1));
        assertEquals(20, gate.limit());
        for (int i = 0; i < 80; i++) {
            enter(gate);
        }
        clock.advance(Duration.ofSeconds(1));
        assertEquals(50, gate.limit());
        assertEquals(50, gate.snapshot().active());
    }

    @Test
    void a_number_given_to_the_gate_ends_the_ramp() {
        AdmissionGate gate = gate("ramp(min=5, max=50, over=10s)");
        gate.limit(7);
        assertNull(gate.limitRule());
        clock.advance(Duration.ofMinutes(1));
        assertEquals(7, gate.limit());
        assertEquals(0, clock.pending());
    }

    @Test
    void a_running_gate_can_be_given_a_ramp() {
        AdmissionGate gate = AdmissionGate.builder().limit(30).clock(clock).build();
        gate.limit(Limits.parse("ramp(min=5, max=50, over=10s)"));
        assertEquals(5, gate.limit());
        clock.advance(Duration.ofSeconds(11));
        assertEquals(50, gate.limit());
    }

    private AdmissionGate gate(String limit) {
        return AdmissionGate.builder()
                .limit(Limits.parse(limit))
                .clock(clock)
                .maxWait(Duration.ZERO)
                .build();
    }

    private static void serve(AdmissionGate gate, boolean well) {
        Admission admission = enter(gate);
        if (!well) {
            admission.markFailed();
        }
        admission.leave();
    }

    private static Admission enter(AdmissionGate gate) {
        return gate.enter(new InetSocketAddress(0), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }
}
