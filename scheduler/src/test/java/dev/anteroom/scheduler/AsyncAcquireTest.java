package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.Door;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gate.NotAdmittedException;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gate's future: completed by the gate, or by anyone else, it leaves no slot and no waiter behind. */
@ExtendWith(QuietLog.class)
class AsyncAcquireTest {
    private final ManualClock clock = new ManualClock();
    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(1000)
            .maxWait(Duration.ofSeconds(1))
            .clock(clock)
            .build();
    private final Door<String> door = gate.door(name -> name);
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final Admission served = door.acquireAsync("served", Runnable::run).join();

    private CompletableFuture<Admission> waiting() {
        CompletableFuture<Admission> future = door.acquireAsync("waiting", Runnable::run);
        assertFalse(future.isDone());
        assertEquals(1, gate.snapshot().waiting());
        return future;
    }

    private void turnLoop() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private void nothingIsLeftBehind() {
        served.leave();
        GateSnapshot end = gate.snapshot();
        assertEquals(0, end.waiting());
        assertEquals(0, end.active());
    }

    private static State reason(CompletableFuture<?> future) {
        return assertInstanceOf(NotAdmittedException.class, Await.failure(future))
                .state();
    }

    @Test
    void a_future_is_complete_if_the_gate_decides_at_the_door() {
        assertEquals(State.ADMITTED, served.state());
        gate.close();
        assertEquals(State.REFUSED, reason(door.acquireAsync("late", Runnable::run)));
    }

    @Test
    void a_future_completes_on_its_executor() {
        CompletableFuture<Admission> future = door.acquireAsync("waiting", loop::add);
        served.leave();
        assertFalse(future.isDone());
        turnLoop();
        assertEquals(State.ADMITTED, future.join().state());
    }

    @Test
    void a_future_fails_when_the_wait_ends_without_a_slot() {
        CompletableFuture<Admission> expired = waiting();
        clock.advance(Duration.ofSeconds(1));
        assertEquals(State.EXPIRED, reason(expired));
        CompletableFuture<Admission> refused = waiting();
        gate.close();
        assertEquals(State.REFUSED, reason(refused));
        nothingIsLeftBehind();
    }

    @Test
    void leaving_ends_a_wait_or_gives_the_slot_back_once() {
        CompletableFuture<Admission> future = waiting();
        Door.leave(future);
        Door.leave(future);
        assertEquals(1, gate.snapshot().abandoned());
        served.leave();
        CompletableFuture<Admission> slot = door.acquireAsync("admitted", Runnable::run);
        Door.leave(slot);
        Door.leave(slot);
        assertEquals(State.RELEASED, slot.join().state());
        gate.close();
        Door.leave(door.acquireAsync("refused", Runnable::run));
        nothingIsLeftBehind();
    }

    @Test
    void other_code_that_makes_the_admission_leave_ends_the_wait() {
        CompletableFuture<Admission> future = door.acquireAsync("waiting", loop::add);
        gate.waiters(1).forEach(Admission::leave);
        turnLoop();
        assertEquals(State.ABANDONED, reason(future));
    }

    /** What code other than the gate can do to a future. */
    enum Interference {
        CANCEL(future -> future.cancel(true)),
        COMPLETE(future -> future.complete(strange())),
        COMPLETE_EXCEPTIONALLY(future -> future.completeExceptionally(new IllegalStateException("enough"))),
        COMPLETE_ASYNC(future -> future.completeAsync(Interference::strange, Runnable::run)),
        COMPLETE_ASYNC_AND_FAIL(future -> future.completeAsync(
                () -> {
                    throw new IllegalStateException("no value");
                },
                Runnable::run)),
        OBTRUDE_VALUE(future -> future.obtrudeValue(strange())),
        OBTRUDE_EXCEPTION(future -> future.obtrudeException(new IllegalStateException("enough"))),
        OR_TIMEOUT(future -> Await.failure(future.orTimeout(1, TimeUnit.NANOSECONDS))),
        COMPLETE_ON_TIMEOUT(future -> Await.value(future.completeOnTimeout(strange(), 1, TimeUnit.NANOSECONDS)));

        @SuppressWarnings("ImmutableEnumChecker") // the lambdas capture nothing
        private final Consumer<CompletableFuture<Admission>> action;

        Interference(Consumer<CompletableFuture<Admission>> action) {
            this.action = action;
        }

        /** A slot of another gate. */
        private static Admission strange() {
            AdmissionGate other = AdmissionGate.builder().limit(1).build();
            return other.door(name -> name)
                    .acquireAsync("strange", Runnable::run)
                    .join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_future_that_other_code_completes_leaves_the_room(Interference interference) {
        CompletableFuture<Admission> future = waiting();
        interference.action.accept(future);
        assertTrue(future.isDone());
        assertEquals(0, gate.snapshot().waiting());
        assertEquals(1, gate.snapshot().abandoned());
        nothingIsLeftBehind();
    }

    @ParameterizedTest
    @EnumSource
    void the_room_is_left_before_dependent_stages_run(Interference interference) {
        CompletableFuture<Admission> future = waiting();
        AtomicReference<GateSnapshot> seen = new AtomicReference<>();
        CompletableFuture<Admission> dependent = future.whenComplete((slot, failure) -> seen.set(gate.snapshot()));
        interference.action.accept(future);
        Await.until("the dependent stage has run", dependent::isDone);
        assertEquals(0, seen.get().waiting());
    }

    /** The slot is granted, but the executor has not completed the future yet. */
    @ParameterizedTest
    @EnumSource
    void a_slot_that_comes_too_late_is_given_back(Interference interference) {
        CompletableFuture<Admission> future = door.acquireAsync("waiting", loop::add);
        served.leave();
        assertEquals(1, gate.snapshot().active());
        interference.action.accept(future);
        turnLoop();
        assertTrue(future.isDone());
        nothingIsLeftBehind();
    }

    @ParameterizedTest
    @EnumSource(names = {"OBTRUDE_VALUE", "OBTRUDE_EXCEPTION"})
    void a_slot_that_is_obtruded_is_given_back(Interference interference) {
        CompletableFuture<Admission> future = waiting();
        served.leave();
        assertEquals(State.ADMITTED, future.join().state());
        interference.action.accept(future);
        nothingIsLeftBehind();
    }

    @Test
    void a_slot_that_was_taken_is_not_cancelled() {
        CompletableFuture<Admission> future = waiting();
        served.leave();
        Admission taken = future.join();
        assertFalse(future.cancel(true));
        assertFalse(future.complete(taken));
        assertEquals(State.ADMITTED, taken.state());
        assertTrue(taken.leave());
        nothingIsLeftBehind();
    }

    @Test
    void cancelling_twice_agrees() {
        CompletableFuture<Admission> future = waiting();
        assertTrue(future.cancel(true));
        assertTrue(future.cancel(true));
        assertThrows(CancellationException.class, future::join);
    }

    @Test
    void dependents_that_throw_change_nothing_for_the_others() {
        CompletableFuture<Admission> first = door.acquireAsync("first", Runnable::run);
        CompletableFuture<Admission> second = door.acquireAsync("second", Runnable::run);
        CompletableFuture<Void> dependent = first.thenAccept(slot -> {
            slot.leave();
            throw new IllegalStateException("cannot serve");
        });
        served.leave();
        assertTrue(dependent.isCompletedExceptionally());
        second.join().leave();
        nothingIsLeftBehind();
    }

    @Test
    void an_executor_that_rejects_does_not_keep_the_slot() {
        CompletableFuture<Admission> future = door.acquireAsync("waiting", task -> {
            throw new RejectedExecutionException("shut down");
        });
        served.leave();
        assertTrue(future.join().leave());
        nothingIsLeftBehind();
    }

    @Test
    void an_executor_that_fails_fails_the_future() {
        IllegalStateException fault = new IllegalStateException("no thread");
        Executor faulty = task -> {
            throw fault;
        };
        CompletableFuture<Admission> future = door.acquireAsync("waiting", faulty);
        served.leave();
        assertSame(fault, Await.failure(future));
        nothingIsLeftBehind();
    }

    @Test
    void a_cancellation_that_races_with_a_grant_loses_no_slot() throws Exception {
        served.leave();
        for (int round = 0; round < 500; round++) {
            Admission holder = door.acquireAsync("holder", Runnable::run).join();
            CompletableFuture<Admission> future = door.acquireAsync("waiting", Runnable::run);
            Thread canceller = new Thread(() -> future.cancel(true));
            canceller.start();
            holder.leave();
            canceller.join();
            if (!future.isCancelled()) {
                assertTrue(future.join().leave());
            }
            assertEquals(0, gate.snapshot().active());
        }
        nothingIsLeftBehind();
    }

    @Test
    void a_service_holds_its_slot_until_its_stage_is_complete() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = door.serve("waiting", Runnable::run, slot -> work);
        served.leave();
        assertEquals(1, gate.snapshot().active());
        work.complete("done");
        assertEquals("done", result.join());
        nothingIsLeftBehind();
    }

    @Test
    void a_service_that_fails_gives_its_slot_back() {
        RuntimeException fault = new IllegalStateException("cannot serve");
        List<Function<Admission, CompletableFuture<String>>> services =
                List.of(slot -> CompletableFuture.failedFuture(fault), slot -> {
                    throw fault;
                });
        List<CompletableFuture<String>> results = new ArrayList<>();
        services.forEach(service -> results.add(door.serve("waiting", Runnable::run, service)));
        served.leave();
        results.forEach(result -> assertSame(fault, Await.failure(result)));
        nothingIsLeftBehind();
    }

    @Test
    void a_service_that_is_cancelled_while_it_waits_never_begins() {
        CompletableFuture<String> result = door.serve("waiting", Runnable::run, slot -> {
            throw new AssertionError("served");
        });
        assertTrue(result.cancel(true));
        assertEquals(0, gate.snapshot().waiting());
        nothingIsLeftBehind();
    }

    @Test
    void a_service_that_is_cancelled_before_it_begins_gives_its_slot_back() {
        CompletableFuture<String> result = door.serve("waiting", loop::add, slot -> {
            throw new AssertionError("served");
        });
        served.leave();
        result.orTimeout(1, TimeUnit.NANOSECONDS);
        assertInstanceOf(TimeoutException.class, Await.failure(result));
        turnLoop();
        nothingIsLeftBehind();
    }

    @Test
    void a_service_that_is_cancelled_later_holds_its_slot_until_it_is_over() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = door.serve("waiting", Runnable::run, slot -> work);
        served.leave();
        result.cancel(true);
        assertEquals(1, gate.snapshot().active());
        work.complete("done");
        nothingIsLeftBehind();
    }
}
