package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.EventLoop;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tasks and timers. */
abstract class EventLoopPromises extends Promises {
    EventLoopPromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void tasks_run_in_the_order_of_their_submission() {
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        IntStream.range(0, 10_000).forEach(i -> net().loop().execute(() -> ran.add(i)));
        Await.until("all ran", () -> ran.size() == 10_000);
        assertEquals(IntStream.range(0, 10_000).boxed().toList(), ran);
    }

    @Test
    void a_task_submitted_on_the_loop_runs_in_a_later_turn() {
        EventLoop loop = net().loop();
        CompletableFuture<Boolean> ranInside = new CompletableFuture<>();
        loop.execute(() -> {
            AtomicBoolean ran = new AtomicBoolean();
            loop.execute(() -> ran.set(true));
            ranInside.complete(ran.get());
        });
        assertFalse(Await.value(ranInside));
    }

    @Test
    void only_the_loops_own_thread_is_in_the_loop() {
        net().open(Loopback.OPTIONS.withLoops(2));
        EventLoop one = net().loops().loops().get(0);
        EventLoop other = net().loops().loops().get(1);
        assertFalse(one.inEventLoop());
        assertTrue(Await.value(CompletableFuture.supplyAsync(one::inEventLoop, one)));
        assertFalse(Await.value(CompletableFuture.supplyAsync(one::inEventLoop, other)));
    }

    @Test
    void a_task_that_throws_does_not_end_the_loop() {
        net().turn();
        net().loop().execute(() -> {
            throw new IllegalStateException("made to fail");
        });
        net().turn();
    }

    @Test
    void a_closed_loop_rejects_tasks() {
        EventLoop loop = net().loop();
        net().loops().close();
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
    }

    @Test
    void a_closed_loop_rejects_delayed_tasks() {
        EventLoop loop = net().loop();
        net().loops().close();
        assertThrows(RejectedExecutionException.class, () -> loop.schedule(Duration.ZERO, () -> {}));
    }

    @Test
    void a_delayed_task_runs_on_the_loop_and_not_too_early() {
        EventLoop loop = net().loop();
        long begin = System.nanoTime();
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
        loop.schedule(Duration.ofMillis(30), () -> inLoop.complete(loop.inEventLoop()));
        assertTrue(Await.value(inLoop));
        assertTrue(System.nanoTime() - begin >= Duration.ofMillis(30).toNanos());
    }

    @Test
    void delayed_tasks_run_in_the_order_of_their_times() {
        EventLoop loop = net().loop();
        List<Delayed> ran = Collections.synchronizedList(new ArrayList<>());
        for (int millis : List.of(30, 10, 50, 20, 40)) {
            Duration delay = Duration.ofMillis(millis);
            CompletableFuture<Delayed> itself = new CompletableFuture<>();
            long earliest = System.nanoTime() + delay.toNanos();
            loop.schedule(delay, () -> ran.add(itself.join()));
            itself.complete(new Delayed(earliest, System.nanoTime() + delay.toNanos()));
        }
        Await.until("all ran", () -> ran.size() == 5);
        for (int i = 1; i < ran.size(); i++) {
            assertTrue(ran.get(i - 1).earliest() <= ran.get(i).latest());
        }
    }

    /** The earliest and the latest time at which a task was due, because the speed of the test is unknown. */
    private record Delayed(long earliest, long latest) {}

    @Test
    void an_overlong_delay_never_ends() {
        EventLoop loop = net().loop();
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        loop.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.add("for ever"));
        loop.schedule(Duration.ofMillis(10), () -> ran.add("soon"));
        Await.until("one ran", () -> !ran.isEmpty());
        assertEquals(List.of("soon"), ran);
    }

    @Test
    void a_cancelled_task_does_not_run() {
        EventLoop loop = net().loop();
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        loop.execute(cancelled::join);
        for (int i = 0; i < 10; i++) {
            loop.schedule(Duration.ofMillis(20), () -> ran.add("cancelled")).cancel();
        }
        cancelled.complete(null);
        loop.execute(() -> loop.schedule(Duration.ofMillis(20), () -> ran.add("cancelled on the loop"))
                .cancel());
        loop.schedule(Duration.ofMillis(40), () -> ran.add("kept"));
        Await.until("the last ran", () -> ran.contains("kept"));
        assertEquals(List.of("kept"), ran);
    }

    /** Cancels a task from another thread after the loop has added it, while the loop is busy. */
    @Test
    void a_task_cancelled_by_another_thread_does_not_run() {
        Duration delay = Duration.ofMillis(50);
        while (!isCancelledBefore(delay)) {
            delay = delay.multipliedBy(2);
            assertTrue(delay.compareTo(Await.DEADLINE) < 0, "the task always runs");
        }
    }

    /** Whether the task was cancelled in time. If it was, checks that it does not run. */
    private boolean isCancelledBefore(Duration delay) {
        EventLoop loop = net().loop();
        AtomicBoolean ran = new AtomicBoolean();
        EventLoop.Cancellable task = loop.schedule(delay, () -> ran.set(true));
        net().turn();
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        loop.execute(() -> {
            begun.complete(ran.get());
            cancelled.join();
        });
        boolean late = Await.value(begun);
        task.cancel();
        CompletableFuture<Void> over = new CompletableFuture<>();
        loop.schedule(delay, () -> over.complete(null));
        cancelled.complete(null);
        Await.value(over);
        assertTrue(late || !ran.get(), "a cancelled task ran");
        return !late;
    }

    @Test
    void nothing_is_retained_of_a_cancelled_task() {
        EventLoop loop = net().loop();
        List<WeakReference<Runnable>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            AtomicBoolean ran = new AtomicBoolean();
            Runnable task = () -> ran.set(true);
            tasks.add(new WeakReference<>(task));
            loop.schedule(Duration.ofHours(1), task).cancel();
        }
        net().turn();
        Retained.assertAtMost(5, List.copyOf(tasks));
    }

    @Test
    void a_delayed_task_that_throws_does_not_end_the_loop() {
        net().loop().schedule(Duration.ZERO, () -> {
            throw new IllegalStateException("made to fail");
        });
        net().turn();
        CompletableFuture<Boolean> timer = new CompletableFuture<>();
        net().loop().schedule(Duration.ofMillis(1), () -> timer.complete(true));
        assertTrue(Await.value(timer));
    }

    @Test
    void cancelling_what_has_run_does_nothing() {
        EventLoop loop = net().loop();
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        EventLoop.Cancellable handle = loop.schedule(Duration.ZERO, () -> ran.complete(true));
        assertTrue(Await.value(ran));
        handle.cancel();
        handle.cancel();
        net().turn();
    }

    @Test
    void a_flood_of_tasks_starves_neither_bytes_nor_timers() {
        EventLoop loop = net().loop();
        AtomicBoolean over = new AtomicBoolean();
        Runnable flood = new Runnable() {
            @Override
            public void run() {
                if (!over.get()) {
                    loop.execute(this);
                }
            }
        };
        IntStream.range(0, 100).forEach(i -> loop.execute(flood));
        CompletableFuture<Boolean> timer = new CompletableFuture<>();
        loop.schedule(Duration.ofMillis(1), () -> timer.complete(true));
        try {
            net().turn();
            assertTrue(Await.value(timer));
        } finally {
            over.set(true);
        }
    }

    @Test
    void a_flood_of_bytes_on_one_connection_starves_no_other() {
        var client = net().client(new RecordingProtocol().reading((transport, data) -> data.position(data.limit())));
        byte[] piece = Promises.mebibytes(1);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                client.send(piece);
            }
        });
        try {
            net().turn();
        } finally {
            over.set(true);
        }
        Await.value(flood);
    }
}
