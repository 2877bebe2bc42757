package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gate.NotAdmittedException;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.Waiters;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The gate's blocking API, for code that has a thread for each connection. */
class BlockingAcquireTest {
    private static final SocketAddress SOURCE = Waiters.address(1, 1);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ManualClock clock = new ManualClock();
    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(1000)
            .maxWait(Duration.ofSeconds(1))
            .clock(clock)
            .build();

    @Test
    void a_free_slot_is_held_until_the_admission_is_closed() throws Exception {
        try (Admission slot = gate.acquire(SOURCE)) {
            assertEquals(State.ADMITTED, slot.state());
            assertEquals(1, gate.snapshot().active());
        }
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void a_thread_waits_until_the_slot_is_handed_to_it() throws Exception {
        Admission served = gate.acquire(SOURCE);
        Waiting waiting = new Waiting(LONG);
        served.leave();
        assertEquals(State.ADMITTED, waiting.result().state());
        assertEquals(1, gate.snapshot().active());
    }

    @Test
    void a_zero_timeout_is_one_attempt_and_leaves_nothing_behind() throws Exception {
        gate.acquire(SOURCE);
        NotAdmittedException refusal =
                assertThrows(NotAdmittedException.class, () -> gate.acquire(SOURCE, Duration.ZERO));
        assertEquals(State.ABANDONED, refusal.state());
        assertEquals(0, gate.snapshot().waiting());
    }

    @Test
    void two_hundred_timeouts_leave_nothing_behind() throws Exception {
        Admission served = gate.acquire(SOURCE);
        for (int i = 0; i < 200; i++) {
            assertThrows(NotAdmittedException.class, () -> gate.acquire(SOURCE, Duration.ofNanos(1)));
        }
        assertEquals(0, gate.snapshot().waiting());
        served.leave();
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void an_interrupt_before_the_call_ends_it_with_nothing_held() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> gate.acquire(SOURCE));
        assertEquals(0, gate.snapshot().arrived());
    }

    @Test
    void an_interrupt_while_waiting_ends_it_with_nothing_held() throws Exception {
        Admission served = gate.acquire(SOURCE);
        Waiting waiting = new Waiting(LONG);
        waiting.thread.interrupt();
        assertInstanceOf(InterruptedException.class, waiting.failure());
        assertEquals(0, gate.snapshot().waiting());
        served.leave();
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void other_code_that_makes_the_admission_leave_ends_the_wait() throws Exception {
        gate.acquire(SOURCE);
        Waiting waiting = new Waiting(LONG);
        Await.until("the thread waits", () -> waiting.thread.getState() == Thread.State.TIMED_WAITING);
        gate.waiters(1).forEach(Admission::leave);
        assertEquals(
                State.ABANDONED,
                assertInstanceOf(NotAdmittedException.class, waiting.failure()).state());
    }

    @Test
    void max_wait_ends_a_blocking_wait_too() throws Exception {
        gate.acquire(SOURCE);
        Waiting waiting = new Waiting(LONG);
        clock.advance(Duration.ofSeconds(1));
        assertEquals(
                State.EXPIRED,
                assertInstanceOf(NotAdmittedException.class, waiting.failure()).state());
    }

    @Test
    void a_gate_that_is_closed_turns_a_waiting_thread_away() throws Exception {
        gate.acquire(SOURCE);
        Waiting waiting = new Waiting(LONG);
        gate.close();
        NotAdmittedException refusal = assertInstanceOf(NotAdmittedException.class, waiting.failure());
        assertEquals("the admission of /127.0.0.1:1 was refused", refusal.getMessage());
    }

    /**
     * Each timeout is set to about the instant of the grant. Whichever comes first, no slot is lost and none is added.
     */
    @Test
    void a_timeout_that_races_with_a_grant_loses_no_slot() throws Exception {
        for (int round = 0; round < 300; round++) {
            Admission served = gate.acquire(SOURCE);
            Waiting waiting = new Waiting(Duration.ofNanos(50_000L + 1000L * (round % 100)));
            served.leave();
            Admission slot = waiting.resultUnless(NotAdmittedException.class);
            assertEquals(slot == null ? 0 : 1, gate.snapshot().active());
            if (slot != null) {
                slot.leave();
            }
        }
        assertEquals(0, gate.snapshot().waiting());
    }

    @Test
    void an_interrupt_that_races_with_a_grant_loses_no_slot() throws Exception {
        for (int round = 0; round < 300; round++) {
            Admission served = gate.acquire(SOURCE);
            Waiting waiting = new Waiting(LONG);
            Thread interrupter = new Thread(waiting.thread::interrupt);
            interrupter.start();
            served.leave();
            interrupter.join();
            Admission slot = waiting.resultUnless(InterruptedException.class);
            assertEquals(slot == null ? 0 : 1, gate.snapshot().active());
            if (slot != null) {
                slot.leave();
            }
        }
    }

    @Test
    void many_threads_share_few_slots() throws Exception {
        shareFewSlots(task -> new Thread(task).start(), 50);
    }

    @Test
    void hundreds_of_virtual_threads_share_few_slots() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads came with Java 21");
        Consumer<Runnable> starter = task -> {
            try {
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        };
        shareFewSlots(starter, 900);
    }

    private void shareFewSlots(Consumer<Runnable> starter, int count) throws Exception {
        gate.limit(3);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger peak = new AtomicInteger();
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FutureTask<Void> task = new FutureTask<>(() -> {
                for (int round = 0; round < 10; round++) {
                    try (Admission slot = gate.acquire(SOURCE)) {
                        peak.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        LockSupport.parkNanos(10_000);
                        inside.decrementAndGet();
                    }
                }
                return null;
            });
            tasks.add(task);
            starter.accept(task);
        }
        for (FutureTask<Void> task : tasks) {
            task.get(30, TimeUnit.SECONDS);
        }
        GateSnapshot end = gate.snapshot();
        assertTrue(peak.get() <= 3, () -> "peak " + peak);
        assertEquals(count * 10L, end.released());
        assertEquals(0, end.active());
    }

    /** A thread that waits for a slot. */
    private final class Waiting {
        private final FutureTask<Admission> task;
        private final Thread thread;

        Waiting(Duration timeout) {
            Callable<Admission> acquire = () -> gate.acquire(SOURCE, timeout);
            long arrived = gate.snapshot().arrived();
            task = new FutureTask<>(acquire);
            thread = new Thread(task);
            thread.start();
            Await.until("the thread has come to the gate", () -> gate.snapshot().arrived() > arrived);
        }

        Admission result() throws Exception {
            return task.get(30, TimeUnit.SECONDS);
        }

        Throwable failure() {
            return Objects.requireNonNull(
                    assertThrows(ExecutionException.class, this::result).getCause());
        }

        /** The acquired slot, or null if the wait ended otherwise, as the test expects. */
        @Nullable
        Admission resultUnless(Class<? extends Exception> expected) throws Exception {
            try {
                return result();
            } catch (ExecutionException e) {
                assertInstanceOf(expected, e.getCause());
                return null;
            }
        }
    }
}
