package dev.anteroom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.testkit.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of every example: it answers every request and never serves more than the limit at once. */
abstract class ExampleSuite {
    private static final int LIMIT = 3;
    private static final int CLIENTS = 12;

    final AdmissionGate gate = AdmissionGate.builder().limit(LIMIT).build();

    /** The pending answers of the requests that the application is serving. */
    private final Queue<CompletableFuture<String>> served = new ConcurrentLinkedQueue<>();

    private final AtomicInteger peak = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Starts the server. */
    abstract void start() throws Exception;

    /** Sends one request over a connection of its own, closes the connection, and returns the answer. */
    abstract String request() throws Exception;

    /** Stops the server. */
    abstract void stop() throws Exception;

    @AfterEach
    final void close() throws Exception {
        gate.close();
        stop();
        threads.shutdown();
    }

    @Test
    final void every_request_is_answered_within_the_limit() throws Exception {
        start();
        List<CompletableFuture<String>> answers = IntStream.range(0, CLIENTS)
                .mapToObj(i -> CompletableFuture.supplyAsync(this::requestUnchecked, threads))
                .toList();
        Await.until("all clients above the limit wait", () -> gate.snapshot().waiting() == CLIENTS - LIMIT);
        for (int left = CLIENTS; left > 0; left--) {
            int serving = Math.min(LIMIT, left);
            Await.until(serving + " requests are being served", () -> served.size() == serving);
            served.remove().complete("SERVING");
        }
        answers.forEach(answer -> assertEquals("SERVING", Await.value(answer)));
        assertEquals(LIMIT, peak.get());
        assertEquals(CLIENTS, gate.snapshot().admitted());
        Await.until("every slot is released", () -> gate.snapshot().active() == 0);
    }

    private String requestUnchecked() {
        try {
            return request();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The application. The test completes its answers. */
    final CompletableFuture<String> serve() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        served.add(answer);
        peak.accumulateAndGet(served.size(), Math::max);
        return answer;
    }
}
