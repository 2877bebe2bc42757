package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdaptiveLifoPolicyTest extends PolicySuite {
    private static final Duration TARGET = Duration.ofMillis(20);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final TrialGate gate = new TrialGate(1, 2, policy());
    private final Admission served = gate.enter(0, 0);

    @Override
    protected SchedulingPolicy policy() {
        return new AdaptiveLifoPolicy(TARGET, INTERVAL);
    }

    @Override
    protected SchedulingPolicy model() {
        return new Model(TARGET, INTERVAL);
    }

    @Test
    void the_oldest_goes_first_while_the_room_was_empty_within_the_interval() {
        Admission older = gate.enter(0, 0);
        gate.pass(INTERVAL);
        Admission newer = gate.enter(0, 0);
        served.leave();
        assertEquals(State.ADMITTED, older.state());
        assertEquals(State.WAITING, newer.state());
    }

    @Test
    void the_newest_goes_first_once_the_room_was_not_empty() {
        Admission older = gate.enter(0, 0);
        gate.pass(INTERVAL.plusNanos(1));
        Admission newer = gate.enter(0, 0);
        served.leave();
        assertEquals(State.ADMITTED, newer.state());
        assertEquals(State.WAITING, older.state());
    }

    @Test
    void under_overload_a_wait_beyond_the_target_is_shed() {
        Admission first = gate.enter(0, 0);
        gate.pass(INTERVAL);
        Admission second = gate.enter(0, 0);
        gate.pass(TARGET.plusNanos(1));
        assertEquals(State.WAITING, second.state());
        served.leave();
        assertEquals(State.SHED, second.state());
        assertEquals(State.SHED, first.state());
    }

    @Test
    void a_wait_of_exactly_the_target_is_served() {
        gate.enter(0, 0);
        gate.pass(INTERVAL);
        Admission second = gate.enter(0, 0);
        gate.pass(TARGET);
        served.leave();
        assertEquals(State.ADMITTED, second.state());
    }

    @Test
    void a_waiter_that_would_be_shed_makes_room_for_a_newcomer() {
        Admission stale = gate.enter(0, 0);
        gate.pass(INTERVAL.plusNanos(1));
        gate.enter(0, 0);
        Admission newcomer = gate.enter(0, 0);
        assertEquals(State.SHED, stale.state());
        assertEquals(State.WAITING, newcomer.state());
    }

    @Test
    void a_waiter_that_would_be_served_does_not_make_room() {
        gate.enter(0, 0);
        gate.enter(0, 0);
        assertEquals(State.REFUSED, gate.enter(0, 0).state());
    }

    @Test
    void an_emptied_room_is_not_overloaded() {
        Admission first = gate.enter(0, 0);
        gate.pass(INTERVAL.plusNanos(1));
        first.leave();
        Admission older = gate.enter(0, 0);
        gate.enter(0, 0);
        served.leave();
        assertEquals(State.ADMITTED, older.state());
    }

    @Test
    void target_and_interval_must_be_positive() {
        assertEquals(
                "interval must be positive, was PT0S",
                assertThrows(IllegalArgumentException.class, () -> new AdaptiveLifoPolicy(TARGET, Duration.ZERO))
                        .getMessage());
    }

    static final class Model extends ListModel {
        private final Duration target;
        private final Duration interval;
        private long lastEmpty;

        Model(Duration target, Duration interval) {
            this.target = target;
            this.interval = interval;
        }

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            lastEmpty = waiters.isEmpty() ? nowNanos : lastEmpty;
            super.enqueue(newcomer, nowNanos);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            boolean overloaded = nowNanos - lastEmpty > interval.toNanos();
            while (!waiters.isEmpty()) {
                Admission next = waiters.remove(overloaded ? waiters.size() - 1 : 0);
                if (!isStale(next, nowNanos)) {
                    return next;
                }
                shed.accept(next);
            }
            return null;
        }

        @Override
        public @Nullable Admission displace(Admission newcomer, long nowNanos) {
            return !waiters.isEmpty() && isStale(waiters.get(0), nowNanos) ? waiters.remove(0) : null;
        }

        private boolean isStale(Admission waiter, long nowNanos) {
            boolean overloaded = nowNanos - lastEmpty > interval.toNanos();
            return nowNanos - waiter.arrivalNanos() > (overloaded ? target : interval).toNanos();
        }
    }
}
