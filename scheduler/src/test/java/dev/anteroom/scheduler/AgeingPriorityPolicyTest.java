package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.OrderedModel;
import dev.anteroom.testkit.PolicySuite;
import dev.anteroom.testkit.Waiters;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgeingPriorityPolicyTest extends PolicySuite {
    private static final Duration AGEING = Duration.ofMillis(70);

    private final ManualClock clock = new ManualClock();
    private final Waiters waiters = new Waiters(clock);
    private final SchedulingPolicy policy = policy();

    @Override
    protected SchedulingPolicy policy() {
        return new PriorityPolicy(AGEING);
    }

    @Override
    protected boolean starvesNobody() {
        return true;
    }

    @Override
    protected SchedulingPolicy model() {
        long begin = new ManualClock().nanoTime();
        Comparator<Admission> urgency = Comparator.comparing(waiter -> BigInteger.valueOf(waiter.arrivalNanos() - begin)
                .add(BigInteger.valueOf(AGEING.toNanos()).multiply(BigInteger.valueOf(waiter.priorityClass()))));
        return new OrderedModel(urgency.thenComparingLong(Admission::sequence), urgency);
    }

    @Test
    void a_waiter_not_aged_enough_still_waits() {
        enqueued(2);
        clock.advance(AGEING.multipliedBy(2).minusNanos(1));
        Admission urgent = enqueued(0);
        assertSame(urgent, dequeued());
    }

    @Test
    void a_waiter_aged_enough_goes_before_the_more_urgent() {
        Admission patient = enqueued(2);
        clock.advance(AGEING.multipliedBy(2));
        enqueued(0);
        assertSame(patient, dequeued());
    }

    @Test
    void a_stream_of_urgent_arrivals_does_not_starve_the_others() {
        Admission patient = enqueued(100);
        for (int i = 0; i < 100; i++) {
            enqueued(0);
            assertEquals(0, dequeued().priorityClass());
            clock.advance(AGEING);
        }
        enqueued(0);
        assertSame(patient, dequeued());
    }

    @Test
    void a_waiter_that_has_aged_is_not_displaced() {
        enqueued(1);
        clock.advance(AGEING);
        assertNull(displacedBy(0));
    }

    @Test
    void a_waiter_that_has_not_aged_is_displaced() {
        Admission recent = enqueued(1);
        clock.advance(AGEING.minusNanos(1));
        assertSame(recent, displacedBy(0));
    }

    @Test
    void extreme_classes_and_ageing_do_not_overflow() {
        SchedulingPolicy extreme = new PriorityPolicy(Duration.ofNanos(Long.MAX_VALUE));
        AdmissionGate gate = AdmissionGate.builder()
                .limit(1)
                .clock(clock)
                .policy(extreme)
                .priorityClass(
                        source -> ((InetSocketAddress) source).getPort() == 1 ? Integer.MAX_VALUE : Integer.MIN_VALUE)
                .build();
        Admission served = enter(gate, 1);
        Admission least = enter(gate, 1);
        Admission most = enter(gate, 2);
        served.leave();
        assertEquals(Admission.State.ADMITTED, most.state());
        most.leave();
        assertEquals(Admission.State.ADMITTED, least.state());
    }

    @Test
    void ageing_must_be_positive_and_fit_in_nanoseconds() {
        assertEquals("ageing must be positive, was PT0S", message(Duration.ZERO));
        assertEquals("ageing must be positive, was PT-1S", message(Duration.ofSeconds(-1)));
        assertEquals("ageing must be at most 292 years, was PT8766000H", message(Duration.ofDays(365_250)));
    }

    private static @Nullable String message(Duration ageing) {
        return assertThrows(IllegalArgumentException.class, () -> new PriorityPolicy(ageing))
                .getMessage();
    }

    private static Admission enter(AdmissionGate gate, int port) {
        return gate.enter(new InetSocketAddress("127.0.0.1", port), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }

    private Admission enqueued(int priorityClass) {
        Admission waiter = waiters.arrive(priorityClass, 0);
        policy.enqueue(waiter, clock.nanoTime());
        return waiter;
    }

    private Admission dequeued() {
        Admission next = policy.dequeue(clock.nanoTime(), shed -> {});
        if (next == null) {
            throw new AssertionError("nobody waits");
        }
        return next;
    }

    private @Nullable Admission displacedBy(int priorityClass) {
        return policy.displace(waiters.arrive(priorityClass, 0), clock.nanoTime());
    }
}
