package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitRuleTest {
    private final StoppedClock clock = new StoppedClock();

    @Test
    void a_rule_sets_the_limit_before_the_gate_is_used_and_moves_it_later() {
        Recorder rule = new Recorder(3);
        AdmissionGate gate = AdmissionGate.builder().limit(rule).clock(clock).build();
        assertEquals(3, gate.limit());
        assertSame(rule, gate.limitRule());
        assertTrue(control(rule).limit(5));
        assertEquals(5, gate.limit());
        enter(gate);
        enter(gate);
        assertEquals(2, control(rule).active());
    }

    @Test
    void a_limit_that_is_set_ends_the_rule() {
        Recorder rule = new Recorder(3);
        AdmissionGate gate = AdmissionGate.builder().limit(rule).clock(clock).build();
        gate.limit(4);
        assertFalse(control(rule).limit(5));
        serve(gate, 0);
        assertEquals(4, gate.limit());
        assertEquals(List.of(), rule.services);
    }

    @Test
    void a_new_rule_ends_the_old_one() {
        Recorder first = new Recorder(3);
        Recorder second = new Recorder(8);
        AdmissionGate gate = AdmissionGate.builder().limit(first).clock(clock).build();
        gate.limit(second);
        assertFalse(control(first).limit(5));
        serve(gate, 7);
        assertEquals(List.of(), first.services);
        assertEquals(List.of(7L), second.services);
    }

    @Test
    void services_are_timed_from_admission_to_release() {
        Recorder rule = new Recorder(1);
        AdmissionGate gate = AdmissionGate.builder().limit(rule).clock(clock).build();
        Admission first = enter(gate);
        clock.now += 10;
        Admission second = enter(gate);
        clock.now += 5;
        first.leave();
        clock.now += 100;
        second.leave();
        assertEquals(List.of(15L, 100L), rule.services);
        assertEquals(5, second.waitNanos());
    }

    @Test
    void a_service_that_began_without_listeners_is_not_timed() {
        AdmissionGate gate = AdmissionGate.builder().limit(2).clock(clock).build();
        Admission admission = enter(gate);
        Recorder rule = new Recorder(2);
        gate.limit(rule);
        clock.now += 10;
        admission.leave();
        assertEquals(List.of(0L), rule.services);
    }

    @Test
    void a_listener_that_fails_does_not_affect_the_rule() {
        Recorder rule = new Recorder(1);
        AdmissionGate gate = AdmissionGate.builder()
                .limit(rule)
                .clock(clock)
                .listener(new GateListener() {
                    @Override
                    public void released(Admission admission) {
                        throw new IllegalStateException("meant to be logged");
                    }
                })
                .build();
        serve(gate, 3);
        assertEquals(List.of(3L), rule.services);
        assertEquals(0, gate.snapshot().active());
    }

    private void serve(AdmissionGate gate, long nanos) {
        Admission admission = enter(gate);
        clock.now += nanos;
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

    private static LimitControl control(Recorder rule) {
        return Objects.requireNonNull(rule.control);
    }

    private static final class Recorder implements LimitRule, GateListener {
        private final int initial;
        private final List<Long> services = new ArrayList<>();
        private @Nullable LimitControl control;

        Recorder(int initial) {
            this.initial = initial;
        }

        @Override
        public GateListener govern(LimitControl control) {
            this.control = control;
            control.limit(initial);
            return this;
        }

        @Override
        public void released(Admission admission) {
            services.add(admission.serviceNanos());
        }

        @Override
        public String name() {
            return "recorder";
        }
    }

    private static final class StoppedClock implements GateClock {
        private long now = 1_000;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void schedule(long delayNanos, Runnable task) {}
    }
}
