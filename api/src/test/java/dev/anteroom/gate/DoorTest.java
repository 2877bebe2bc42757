package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission.Decision;
import dev.anteroom.gate.Admission.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Doors for requests: their keys, classes and deadlines, beside connections at the same gate. */
class DoorTest {
    private record Request(
            String tenant, int urgency, @Nullable Duration timeLeft) {}

    private static final Duration MAX_WAIT = Duration.ofMillis(100);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SteppedClock clock = new SteppedClock();
    private final AdmissionGate gate = gate(1).build();
    private final Door<Request> requests = requestsOf(gate);

    private AdmissionGate.Builder gate(int limit) {
        return AdmissionGate.builder()
                .limit(limit)
                .maxWaiting(1000)
                .maxWait(MAX_WAIT)
                .clock(clock);
    }

    private static Door<Request> requestsOf(AdmissionGate gate) {
        return gate.door(Request::tenant).priorityClass(Request::urgency).timeLeft(Request::timeLeft);
    }

    private Admission enter(@Nullable Duration timeLeft) {
        return enter(requests, new Request("a", 3, timeLeft));
    }

    private static <S> Admission enter(Door<S> door, S source) {
        return door.enter(source, Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }

    private static @Nullable Duration millis(int count) {
        return Duration.ofMillis(count);
    }

    private void pass(Duration time) {
        clock.advance(time);
    }

    @Test
    void a_request_has_the_key_and_class_of_its_door() {
        Request request = new Request("tenant 1", 3, null);
        Admission admission = enter(requests, request);
        assertSame(request, admission.source());
        assertEquals("tenant 1", admission.sourceKey());
        assertEquals(3, admission.priorityClass());
        assertFalse(admission.hasDeadline());
    }

    @Test
    void a_door_that_knows_only_keys_gives_class_10_and_no_deadline() {
        Admission admission = enter(gate.door(Request::tenant), new Request("a", 3, Duration.ZERO));
        assertEquals(10, admission.priorityClass());
        assertFalse(admission.hasDeadline());
    }

    @Test
    void requests_and_connections_share_slots_and_places() {
        Visitor connection = Visitor.at(gate);
        Admission request = enter(null);
        assertEquals(State.ADMITTED, connection.state());
        assertEquals(State.WAITING, request.state());
        connection.admission.leave();
        assertEquals(State.ADMITTED, request.state());
    }

    @Test
    void the_key_of_a_door_bounds_its_sources() {
        Door<Request> capped = requestsOf(gate(5).maxPerSource(1).build());
        assertEquals(Decision.ADMITTED, enter(capped, new Request("a", 0, null)).decision());
        assertEquals(Decision.REFUSED, enter(capped, new Request("a", 0, null)).decision());
        assertEquals(Decision.ADMITTED, enter(capped, new Request("b", 0, null)).decision());
    }

    @Test
    void a_door_can_count_addresses_as_its_gate_does() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 1);
        Door<InetSocketAddress> door = gate.door(gate::sourceKey);
        assertEquals(
                enter(gate.addresses(), address).sourceKey(),
                enter(door, address).sourceKey());
    }

    @Test
    void a_function_that_throws_leaves_nothing_behind() {
        RuntimeException fault = new IllegalStateException("no header");
        List<Door<Request>> faulty = List.of(
                gate.door(request -> {
                    throw fault;
                }),
                requests.priorityClass(request -> {
                    throw fault;
                }),
                requests.timeLeft(request -> {
                    throw fault;
                }));
        for (Door<Request> door : faulty) {
            assertSame(fault, assertThrows(IllegalStateException.class, () -> enter(door, new Request("a", 0, null))));
        }
        assertEquals(0, gate.snapshot().arrived());
    }

    @Test
    void waiters_expire_at_their_own_deadlines() {
        Visitor.at(gate);
        Admission late = enter(millis(60));
        Admission soon = enter(millis(20));
        Admission whenever = enter(null);
        pass(Duration.ofMillis(20).minusNanos(1));
        assertEquals(State.WAITING, soon.state());
        pass(Duration.ofNanos(1));
        assertEquals(State.EXPIRED, soon.state());
        assertEquals(State.WAITING, late.state());
        pass(Duration.ofMillis(40));
        assertEquals(State.EXPIRED, late.state());
        pass(Duration.ofMillis(39));
        assertEquals(State.WAITING, whenever.state());
        pass(Duration.ofMillis(1));
        assertEquals(State.EXPIRED, whenever.state());
    }

    @Test
    void no_deadline_is_longer_than_max_wait() {
        Visitor.at(gate);
        for (Duration timeLeft : List.of(Duration.ofSeconds(5), Duration.ofSeconds(Long.MAX_VALUE))) {
            Admission waiter = enter(timeLeft);
            assertEquals(MAX_WAIT.toNanos(), waiter.deadlineNanos() - waiter.arrivalNanos());
            pass(MAX_WAIT);
            assertEquals(State.EXPIRED, waiter.state());
        }
    }

    @Test
    void deadlines_count_at_a_gate_without_max_wait() {
        Door<Request> patient = requestsOf(gate(0).maxWait(Duration.ZERO).build());
        Admission waiter = enter(patient, new Request("a", 0, millis(500)));
        Admission forever = enter(patient, new Request("a", 0, Duration.ofSeconds(Long.MAX_VALUE)));
        Admission without = enter(patient, new Request("a", 0, null));
        pass(Duration.ofMillis(500));
        assertEquals(State.EXPIRED, waiter.state());
        pass(Duration.ofDays(365));
        assertEquals(State.WAITING, forever.state());
        assertEquals(State.WAITING, without.state());
    }

    @Test
    void a_request_without_time_takes_a_free_slot() {
        assertEquals(Decision.ADMITTED, enter(Duration.ofSeconds(-1)).decision());
    }

    @Test
    void a_request_without_time_expires_at_the_door() {
        Visitor.at(gate);
        for (Duration timeLeft : List.of(Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE))) {
            Admission late = enter(timeLeft);
            assertEquals(Decision.REFUSED, late.decision());
            assertEquals(State.EXPIRED, late.state());
        }
        assertEquals(2, gate.snapshot().expired());
        assertEquals(3, gate.snapshot().arrived());
        assertEquals(0, gate.snapshot().waiting());
    }

    @Test
    void expired_and_departed_waiters_leave_no_deadline_behind() {
        Visitor served = Visitor.at(gate);
        Admission admitted = enter(millis(10));
        Admission abandoned = enter(millis(20));
        abandoned.leave();
        served.admission.leave();
        pass(MAX_WAIT);
        assertEquals(State.ADMITTED, admitted.state());
        assertEquals(State.ABANDONED, abandoned.state());
        assertEquals(0, gate.snapshot().expired());
    }

    /** The clock cannot take tasks back, and a client may choose its deadlines. */
    @Test
    void ever_earlier_deadlines_leave_few_tasks_pending() {
        Visitor.at(gate);
        List<Admission> waiters = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            waiters.add(enter(Duration.ofNanos(SECOND / 20 - i * 50_000L)));
        }
        assertTrue(clock.pending() <= 63, () -> clock.pending() + " tasks are pending");
        for (int i = 899; i >= 0; i--) {
            long left = waiters.get(i).deadlineNanos() - clock.nanoTime();
            pass(Duration.ofNanos(left - 1));
            assertEquals(State.WAITING, waiters.get(i).state());
            pass(Duration.ofNanos(1));
            assertEquals(State.EXPIRED, waiters.get(i).state());
        }
        pass(MAX_WAIT);
        assertEquals(0, clock.pending());
    }

    @Test
    void a_changed_policy_keeps_the_deadlines() {
        Visitor.at(gate);
        Admission soon = enter(millis(20));
        Admission late = enter(millis(30));
        gate.policy(new Newest());
        pass(Duration.ofMillis(20));
        assertEquals(State.EXPIRED, soon.state());
        assertEquals(State.WAITING, late.state());
    }

    /** A source's text is user code. */
    @Test
    void a_fault_of_a_policy_is_put_into_words_outside_the_lock() {
        List<IllegalStateException> callsUnderLock = new ArrayList<>();
        Object source = new Object() {
            @Override
            public String toString() {
                try {
                    return "source of a gate with " + gate.snapshot().waiting() + " waiters";
                } catch (IllegalStateException e) {
                    callsUnderLock.add(e);
                    throw e;
                }
            }
        };
        Visitor.at(gate);
        gate.policy(new Forgetful());
        Admission waiter = enter(gate.door(any -> "key"), source);
        assertTrue(waiter.leave());
        assertEquals("Admission[source of a gate with 0 waiters, class 10, ABANDONED]", waiter.toString());
        assertEquals(List.of(), callsUnderLock);
    }

    /** A policy that breaks its contract: it says that it does not have its waiters. */
    private static final class Forgetful extends Newest {
        @Override
        public boolean remove(Admission leaver) {
            return false;
        }
    }
}
