package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CodelPolicyTest extends PolicySuite {
    private static final Duration TARGET = Duration.ofMillis(20);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final TrialGate gate = new TrialGate(1, 10, policy());

    @Override
    protected SchedulingPolicy policy() {
        return new CodelPolicy(TARGET, INTERVAL);
    }

    @Override
    protected boolean starvesNobody() {
        return true;
    }

    @Override
    protected SchedulingPolicy model() {
        return new Model(TARGET, INTERVAL);
    }

    @Test
    void a_burst_within_an_interval_is_served_in_order_of_arrival() {
        Admission served = gate.enter(0, 0);
        List<Admission> burst = List.of(gate.enter(0, 0), gate.enter(0, 0), gate.enter(0, 0));
        for (Admission next : burst) {
            gate.pass(INTERVAL.dividedBy(3));
            served.leave();
            assertEquals(State.ADMITTED, next.state());
            served = next;
        }
    }

    @Test
    void a_standing_queue_is_shed_down_to_twice_the_target() {
        Admission served = gate.enter(0, 0);
        Admission first = gate.enter(0, 0);
        Admission second = gate.enter(0, 0);
        Admission third = gate.enter(0, 0);
        gate.pass(TARGET.plusNanos(2));
        served.leave();
        assertEquals(State.ADMITTED, first.state());

        gate.pass(INTERVAL.plusNanos(1));
        Admission recent = gate.enter(0, 0);
        first.leave();
        assertEquals(State.ADMITTED, second.state(), "the first of an interval");

        gate.pass(TARGET.multipliedBy(2));
        second.leave();
        assertEquals(State.SHED, third.state());
        assertEquals(State.ADMITTED, recent.state());
    }

    @Test
    void one_short_wait_ends_the_shedding() {
        Admission served = gate.enter(0, 0);
        Admission first = gate.enter(0, 0);
        gate.pass(TARGET.multipliedBy(3));
        served.leave();
        Admission second = gate.enter(0, 0);
        first.leave();
        gate.pass(INTERVAL.plusNanos(1));
        Admission third = gate.enter(0, 0);
        Admission fourth = gate.enter(0, 0);
        gate.pass(TARGET.multipliedBy(3));
        second.leave();
        third.leave();
        assertEquals(State.ADMITTED, fourth.state());
    }

    /** A model that keeps each wait of an interval, and looks at all of them when the next interval begins. */
    static final class Model extends ListModel {
        private final Duration target;
        private final Duration interval;
        private final List<Long> waits = new ArrayList<>();
        private long begin;
        private boolean standing;

        Model(Duration target, Duration interval) {
            this.target = target;
            this.interval = interval;
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            while (!waiters.isEmpty()) {
                Admission next = waiters.remove(0);
                if (!isTooLong(nowNanos - next.arrivalNanos(), nowNanos)) {
                    return next;
                }
                shed.accept(next);
            }
            return null;
        }

        private boolean isTooLong(long wait, long nowNanos) {
            boolean first = waits.isEmpty() || nowNanos - begin > interval.toNanos();
            if (first) {
                standing = !waits.isEmpty() && Collections.min(waits) > target.toNanos();
                waits.clear();
                begin = nowNanos;
            }
            waits.add(wait);
            return !first && standing && wait >= 2 * target.toNanos() + 2;
        }
    }
}
