package dev.anteroom.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.Door;
import dev.anteroom.gate.NotAdmittedException;
import dev.anteroom.scheduler.LifoPolicy;
import dev.anteroom.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class AdmissionsTest {
    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(10_000)
            .maxWait(Duration.ofSeconds(60))
            .build();
    private final Door<String> door = gate.door(source -> source);

    @Test
    void a_mono_is_subscribed_to_with_a_slot_and_gives_it_back() {
        Mono<Integer> active = Mono.fromCallable(() -> gate.snapshot().active());
        assertEquals(1, active.transform(Admissions.of(door, "a")::mono).block());
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void a_flux_holds_its_slot_until_the_last_value() {
        Flux<Integer> active = Flux.range(0, 3).map(i -> gate.snapshot().active());
        assertEquals(
                List.of(1, 1, 1),
                Admissions.of(door, "a").flux(active).collectList().block());
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void sources_are_served_in_the_order_of_the_policy() {
        gate.policy(new LifoPolicy());
        Sinks.Empty<Void> first = Sinks.empty();
        var served = new CopyOnWriteArrayList<String>();
        Admissions.of(door, "a").mono(first.asMono()).subscribe();
        var done = new ArrayList<CompletableFuture<Void>>();
        for (String name : List.of("b", "c", "d")) {
            Mono<Void> work = Mono.fromRunnable(() -> served.add(name));
            done.add(Admissions.of(door, name).mono(work).toFuture());
        }
        first.tryEmitEmpty();
        done.forEach(CompletableFuture::join);
        assertEquals(List.of("d", "c", "b"), served);
    }

    @Test
    void a_subscription_cancelled_while_it_waits_leaves_and_is_not_served() {
        var served = new AtomicInteger();
        Disposable first = Admissions.of(door, "a").mono(Mono.never()).subscribe();
        Disposable second = Admissions.of(door, "b")
                .mono(Mono.fromRunnable(served::incrementAndGet))
                .subscribe();
        assertEquals(1, gate.snapshot().waiting());
        second.dispose();
        assertEquals(0, gate.snapshot().waiting());
        assertEquals(1, gate.snapshot().abandoned());
        first.dispose();
        assertEquals(0, gate.snapshot().active());
        assertEquals(0, served.get());
    }

    @Test
    void a_publisher_that_fails_gives_the_slot_back() {
        Mono<Object> failing = Mono.error(new IllegalStateException("provoked"));
        assertThrows(
                IllegalStateException.class,
                () -> Admissions.of(door, "a").mono(failing).block());
        Mono<Object> throwing = Mono.defer(() -> {
            throw new IllegalStateException("provoked");
        });
        assertThrows(
                IllegalStateException.class,
                () -> Admissions.of(door, "a").mono(throwing).block());
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void a_source_that_is_refused_fails() {
        AdmissionGate small = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        Door<String> narrow = small.door(source -> source);
        Admissions.of(narrow, "a").mono(Mono.never()).subscribe();
        Throwable failure = Admissions.of(narrow, "b")
                .mono(Mono.empty())
                .materialize()
                .block()
                .getThrowable();
        assertInstanceOf(NotAdmittedException.class, failure);
    }

    @Test
    void each_subscription_is_an_admission_of_its_own() {
        Mono<String> twice = Admissions.of(door, "a").mono(Mono.just("x"));
        twice.block();
        twice.block();
        assertEquals(2, gate.snapshot().admitted());
    }

    @Test
    void cancelling_at_the_moment_of_admission_loses_no_slot() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            Disposable first = Admissions.of(door, "a").mono(Mono.never()).subscribe();
            Disposable second = Admissions.of(door, "b")
                    .on(Schedulers.immediate())
                    .mono(Mono.never())
                    .subscribe();
            var start = new CountDownLatch(1);
            var releasing = CompletableFuture.runAsync(() -> {
                start.countDown();
                first.dispose();
            });
            start.await();
            second.dispose();
            releasing.join();
        }
        Await.until("every slot is back", () -> gate.snapshot().active() == 0);
        assertEquals(0, gate.snapshot().waiting());
    }

    @Test
    void many_waiters_that_end_at_once_need_no_deep_stack() {
        Sinks.Empty<Void> first = Sinks.empty();
        Admissions.of(door, "first").mono(first.asMono()).subscribe();
        var done = new ArrayList<CompletableFuture<Object>>();
        for (int i = 0; i < 10_000; i++) {
            done.add(Admissions.of(door, "w" + i)
                    .on(Schedulers.immediate())
                    .mono(Mono.error(new IllegalStateException("provoked")))
                    .onErrorComplete()
                    .toFuture());
        }
        first.tryEmitEmpty();
        done.forEach(CompletableFuture::join);
        assertEquals(10_001, gate.snapshot().admitted());
        assertTrue(gate.snapshot().active() == 0);
    }
}
