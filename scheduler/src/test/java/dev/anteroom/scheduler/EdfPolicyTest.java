package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.PolicySuite;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EdfPolicyTest extends PolicySuite {
    private static final Duration HASTY = Duration.ofMillis(100);
    private static final Duration PATIENT = Duration.ofMillis(300);

    private final TrialGate gate = new TrialGate(1, 2, policy());
    private final Admission served = gate.enter(0, 0);

    @Override
    protected SchedulingPolicy policy() {
        return new EdfPolicy(Map.of(1, HASTY), PATIENT);
    }

    @Override
    protected boolean starvesNobody() {
        return true;
    }

    @Override
    protected SchedulingPolicy model() {
        return new Model(Map.of(1, HASTY), PATIENT);
    }

    @Test
    void the_earliest_deadline_is_served_first() {
        Admission patient = gate.enter(0, 0);
        gate.pass(PATIENT.minus(HASTY).minusNanos(1));
        Admission hasty = gate.enter(1, 0);
        served.leave();
        assertEquals(State.ADMITTED, hasty.state());
        assertEquals(State.WAITING, patient.state());
    }

    @Test
    void of_equal_deadlines_the_older_goes_first() {
        Admission patient = gate.enter(0, 0);
        gate.pass(PATIENT.minus(HASTY));
        gate.enter(1, 0);
        served.leave();
        assertEquals(State.ADMITTED, patient.state());
    }

    @Test
    void a_waiter_past_its_deadline_is_shed_at_its_turn() {
        Admission late = gate.enter(1, 0);
        Admission inTime = gate.enter(0, 0);
        gate.pass(HASTY.plusNanos(1));
        assertEquals(State.WAITING, late.state());
        served.leave();
        assertEquals(State.SHED, late.state());
        assertEquals(State.ADMITTED, inTime.state());
    }

    @Test
    void a_waiter_exactly_at_its_deadline_is_served() {
        Admission inTime = gate.enter(1, 0);
        gate.pass(HASTY);
        served.leave();
        assertEquals(State.ADMITTED, inTime.state());
    }

    @Test
    void the_latest_deadline_makes_room_for_an_earlier_one() {
        gate.enter(1, 0);
        Admission patient = gate.enter(0, 0);
        Admission newcomer = gate.enter(1, 0);
        assertEquals(State.SHED, patient.state());
        assertEquals(State.WAITING, newcomer.state());
    }

    @Test
    void a_waiter_past_its_deadline_makes_room_for_any_newcomer() {
        Admission late = gate.enter(1, 0);
        gate.enter(0, 0);
        gate.pass(HASTY.plusNanos(1));
        Admission newcomer = gate.enter(0, 0);
        assertEquals(State.SHED, late.state());
        assertEquals(State.WAITING, newcomer.state());
    }

    @Test
    void a_newcomer_with_the_latest_deadline_is_refused() {
        gate.enter(1, 0);
        gate.enter(0, 0);
        assertEquals(State.REFUSED, gate.enter(0, 0).state());
    }

    @Test
    void a_waiters_own_deadline_takes_the_place_of_its_patience() {
        Admission patient = gate.enter(0, 0);
        Admission ownDeadline = gate.enter(0, 0, PATIENT.minusNanos(1));
        served.leave();
        assertEquals(State.ADMITTED, ownDeadline.state());
        assertEquals(State.WAITING, patient.state());
    }

    @Test
    void a_waiter_with_a_late_deadline_of_its_own_is_not_shed_early() {
        Admission ownDeadline = gate.enter(1, 0, PATIENT);
        gate.pass(HASTY.plusNanos(1));
        served.leave();
        assertEquals(State.ADMITTED, ownDeadline.state());
    }

    @Test
    void a_waiter_expires_at_its_own_deadline() {
        Admission ownDeadline = gate.enter(0, 0, HASTY);
        gate.pass(HASTY);
        assertEquals(State.EXPIRED, ownDeadline.state());
    }

    @Test
    void a_newcomer_with_an_early_deadline_of_its_own_finds_a_place() {
        gate.enter(1, 0);
        Admission patient = gate.enter(0, 0);
        Admission newcomer = gate.enter(0, 0, HASTY);
        assertEquals(State.SHED, patient.state());
        assertEquals(State.WAITING, newcomer.state());
    }

    @Test
    void patience_is_positive() {
        assertEquals(
                "patience of class 7 must be positive, was PT-1S",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new EdfPolicy(Map.of(7, Duration.ofSeconds(-1)), PATIENT))
                        .getMessage());
    }

    static final class Model extends ListModel {
        private static final BigInteger BEGIN = BigInteger.valueOf(new ManualClock().nanoTime());

        private final Map<Integer, Duration> patience;
        private final Duration otherwise;
        private final Comparator<Admission> order =
                Comparator.comparing(this::deadline).thenComparingLong(Admission::sequence);

        Model(Map<Integer, Duration> patience, Duration otherwise) {
            this.patience = patience;
            this.otherwise = otherwise;
        }

        /** The deadline relative to the start, so that it does not overflow as the clock does. */
        private BigInteger deadline(Admission waiter) {
            Duration its = patience.getOrDefault(waiter.priorityClass(), otherwise);
            return sinceBegin(waiter.arrivalNanos()).add(BigInteger.valueOf(its.toNanos()));
        }

        private static BigInteger sinceBegin(long nanos) {
            return BigInteger.valueOf(nanos - BEGIN.longValueExact());
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            waiters.sort(order);
            while (!waiters.isEmpty()) {
                Admission next = waiters.remove(0);
                if (!isLate(next, nowNanos)) {
                    return next;
                }
                shed.accept(next);
            }
            return null;
        }

        @Override
        public @Nullable Admission displace(Admission newcomer, long nowNanos) {
            waiters.sort(order);
            if (waiters.isEmpty()) {
                return null;
            } else if (isLate(waiters.get(0), nowNanos)) {
                return waiters.remove(0);
            }
            int last = waiters.size() - 1;
            return deadline(newcomer).compareTo(deadline(waiters.get(last))) < 0 ? waiters.remove(last) : null;
        }

        private boolean isLate(Admission waiter, long nowNanos) {
            return deadline(waiter).compareTo(sinceBegin(nowNanos)) < 0;
        }
    }
}
