package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.OrderedModel;
import dev.anteroom.testkit.PolicySuite;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetPriorityPolicyTest extends PolicySuite {
    private static final Duration EARLIER = Duration.ofMillis(-70);
    private static final Duration LATER = Duration.ofMillis(150);
    private static final Map<Integer, Duration> OFFSETS = Map.of(3, EARLIER, 1, LATER);

    private final TrialGate gate = new TrialGate(1, 10, policy());
    private final Admission served = gate.enter(0, 0);

    @Override
    protected SchedulingPolicy policy() {
        return new PriorityPolicy(OFFSETS);
    }

    @Override
    protected SchedulingPolicy model() {
        long begin = new ManualClock().nanoTime();
        Comparator<Admission> urgency = Comparator.comparing(waiter -> BigInteger.valueOf(waiter.arrivalNanos() - begin)
                .add(BigInteger.valueOf(OFFSETS.getOrDefault(waiter.priorityClass(), Duration.ZERO)
                        .toNanos())));
        return new OrderedModel(urgency.thenComparingLong(Admission::sequence), urgency);
    }

    @Test
    void a_connection_counts_as_having_arrived_that_much_earlier() {
        Admission first = gate.enter(0, 0);
        gate.pass(EARLIER.negated().minusNanos(1));
        Admission second = gate.enter(3, 0);
        served.leave();
        assertEquals(State.ADMITTED, second.state());
        assertEquals(State.WAITING, first.state());
    }

    @Test
    void a_connection_counts_as_having_arrived_that_much_later() {
        Admission first = gate.enter(1, 0);
        gate.pass(LATER.minusNanos(1));
        Admission second = gate.enter(0, 0);
        served.leave();
        assertEquals(State.ADMITTED, second.state());
        assertEquals(State.WAITING, first.state());
    }

    @Test
    void equal_waiters_are_admitted_in_order_of_arrival() {
        Admission first = gate.enter(1, 0);
        gate.pass(LATER);
        gate.enter(0, 0);
        served.leave();
        assertEquals(State.ADMITTED, first.state());
    }

    @Test
    void the_class_has_no_effect_besides_its_offset() {
        Admission first = gate.enter(9, 0);
        gate.enter(0, 0);
        served.leave();
        assertEquals(State.ADMITTED, first.state());
    }

    @Test
    void an_offset_is_written_with_its_class() {
        TrialGate parsed = new TrialGate(1, 10, Policies.parse("priority(offset.3=-500ms, offset.4=1s)"));
        Admission slot = parsed.enter(0, 0);
        Admission ordinary = parsed.enter(0, 0);
        parsed.pass(Duration.ofMillis(499));
        Admission favoured = parsed.enter(3, 0);
        slot.leave();
        assertEquals(State.ADMITTED, favoured.state());
        assertEquals(State.WAITING, ordinary.state());
    }

    @Test
    void offsets_are_at_most_half_the_range_of_the_clock() {
        assertEquals(
                "offset of class 3 must be at most 146 years either way, was PT-1752000H",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new PriorityPolicy(Map.of(3, Duration.ofDays(-200 * 365))))
                        .getMessage());
    }
}
