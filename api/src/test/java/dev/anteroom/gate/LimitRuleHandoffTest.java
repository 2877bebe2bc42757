package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The effect on waiters of a limit that a rule moves. */
class LimitRuleHandoffTest {
    private final List<Admission> told = new ArrayList<>();
    private final Wheel wheel = new Wheel();
    private final AdmissionGate gate = AdmissionGate.builder().limit(wheel).build();
    private final List<Admission> arrived =
            Stream.generate(this::enter).limit(5).toList();

    @Test
    void a_rule_that_raises_the_limit_admits_waiters_at_once() {
        assertTrue(wheel.control().limit(3));
        assertEquals(arrived.subList(1, 3), told);
        assertEquals(3, gate.snapshot().active());
        assertEquals(2, gate.snapshot().waiting());
    }

    @Test
    void a_rule_that_lowers_the_limit_admits_none_until_below_it() {
        wheel.control().limit(3);
        wheel.control().limit(1);
        arrived.get(0).leave();
        arrived.get(1).leave();
        assertEquals(arrived.subList(1, 3), told);
        arrived.get(2).leave();
        assertEquals(arrived.subList(1, 4), told);
    }

    @Test
    void a_rule_that_raises_the_limit_on_a_release_admits_several() {
        wheel.limitAtRelease = 2;
        arrived.get(0).leave();
        assertEquals(arrived.subList(1, 3), told);
    }

    @Test
    void a_replaced_rule_admits_none() {
        gate.limit(1);
        assertFalse(wheel.control().limit(5));
        assertEquals(List.of(), told);
        assertEquals(1, gate.limit());
    }

    @Test
    void a_limit_out_of_bounds_is_refused_to_a_rule() {
        assertThrows(IllegalArgumentException.class, () -> wheel.control().limit(-1));
        assertEquals(1, gate.limit());
        assertTrue(wheel.control().limit(0));
        assertTrue(wheel.control().limit(AdmissionGate.MAX_COUNT));
        assertEquals(arrived.subList(1, 5), told);
    }

    private Admission enter() {
        return gate.enter(new InetSocketAddress(0), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {
                told.add(admission);
            }

            @Override
            public void turnedAway(Admission admission) {}
        });
    }

    /** A rule that sets the limit to 1, and that the test then controls. */
    private static final class Wheel implements LimitRule, GateListener {
        private @Nullable LimitControl control;
        private int limitAtRelease;

        LimitControl control() {
            return Objects.requireNonNull(control);
        }

        @Override
        public GateListener govern(LimitControl control) {
            this.control = control;
            control.limit(1);
            return this;
        }

        @Override
        public void released(Admission admission) {
            if (limitAtRelease > 0) {
                control().limit(limitAtRelease);
            }
        }

        @Override
        public String name() {
            return "wheel";
        }
    }
}
