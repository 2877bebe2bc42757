package dev.anteroom.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.scheduler.LifoPolicy;
import dev.anteroom.testkit.Await;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionFilterTest {
    private final Application application = new Application();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<AutoCloseable> started = new ArrayList<>();
    private AdmissionGate gate = gate(1, 100, Duration.ofSeconds(60));
    private int port;

    @AfterEach
    void stop() throws Exception {
        application.finish.release(1_000);
        for (AutoCloseable container : started) {
            container.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_more_requests_than_the_limit_are_inside(Container container) throws Exception {
        gate = gate(3, 100, Duration.ofSeconds(60));
        start(container);
        var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 40; i++) {
            answers.add(get("/" + i));
        }
        await(GateSnapshot::waiting, 37);
        Await.until("three are inside", () -> application.inside.get() == 3);
        application.finish.release(40);
        answers.forEach(answer -> assertEquals(200, answer.join().statusCode()));
        assertEquals(3, application.mostInside.get());
        await(GateSnapshot::active, 0);
    }

    @ParameterizedTest
    @EnumSource
    void requests_are_served_in_the_order_of_the_policy(Container container) throws Exception {
        gate.policy(new LifoPolicy());
        start(container);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        answers.add(get("/a"));
        await(GateSnapshot::active, 1);
        for (int i = 1; i <= 3; i++) {
            answers.add(get("/" + "abcd".charAt(i)));
            await(GateSnapshot::waiting, i);
        }
        application.finish.release(4);
        answers.forEach(CompletableFuture::join);
        assertEquals(List.of("/a", "/d", "/c", "/b"), application.served);
    }

    @ParameterizedTest
    @EnumSource
    void a_refused_request_is_told_when_to_come_again(Container container) throws Exception {
        gate = gate(1, 0, Duration.ofSeconds(60));
        start(container);
        var first = get("/a");
        await(GateSnapshot::active, 1);
        var refused = get("/b").join();
        assertEquals(503, refused.statusCode());
        assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
        application.finish.release();
        assertEquals(200, first.join().statusCode());
        assertEquals(List.of("/a"), application.served);
    }

    @ParameterizedTest
    @EnumSource
    void a_request_that_expires_is_not_served(Container container) throws Exception {
        gate = gate(1, 100, Duration.ofMillis(50));
        start(container);
        var first = get("/a");
        await(GateSnapshot::active, 1);
        assertEquals(503, get("/b").join().statusCode());
        assertEquals(1, gate.snapshot().expired());
        application.finish.release();
        first.join();
        assertEquals(List.of("/a"), application.served);
    }

    @ParameterizedTest
    @EnumSource
    void an_asynchronous_answer_holds_its_slot_until_it_is_complete(Container container) throws Exception {
        start(container);
        var first = get("/async");
        await(GateSnapshot::active, 1);
        Await.until("it is suspended", () -> !application.suspended.isEmpty());
        var second = get("/async");
        await(GateSnapshot::waiting, 1);
        application.suspended.remove().complete();
        assertEquals(200, first.join().statusCode());
        Await.until("the second is admitted", () -> !application.suspended.isEmpty());
        assertEquals(1, gate.snapshot().active());
        application.suspended.remove().complete();
        assertEquals(200, second.join().statusCode());
        await(GateSnapshot::active, 0);
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_dispatched_by_the_application_keeps_its_slot(Container container) throws Exception {
        start(container);
        var answer = get("/dispatch");
        await(GateSnapshot::active, 1);
        Await.until("it is suspended", () -> !application.suspended.isEmpty());
        application.suspended.remove().dispatch("/later");
        Await.until("it is served again", () -> application.served.contains("/later"));
        assertEquals(1, gate.snapshot().active());
        assertEquals(1, gate.snapshot().arrived());
        application.finish.release();
        assertEquals(200, answer.join().statusCode());
        await(GateSnapshot::active, 0);
    }

    @ParameterizedTest
    @EnumSource
    void an_application_that_fails_gives_the_slot_back(Container container) throws Exception {
        start(container);
        assertEquals(500, get("/fail").join().statusCode());
        var first = get("/a");
        await(GateSnapshot::active, 1);
        var second = get("/fail");
        await(GateSnapshot::waiting, 1);
        application.finish.release();
        assertEquals(200, first.join().statusCode());
        assertEquals(500, second.join().statusCode());
        await(GateSnapshot::active, 0);
    }

    @ParameterizedTest
    @EnumSource
    void the_body_of_a_request_that_waited_is_whole(Container container) throws Exception {
        start(container);
        var first = get("/a");
        await(GateSnapshot::active, 1);
        String body = "0123456789".repeat(100_000);
        var second = client.sendAsync(
                request("/echo").POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        await(GateSnapshot::waiting, 1);
        application.finish.release();
        first.join();
        assertEquals(body, second.join().body());
    }

    private void start(Container container) throws Exception {
        var running = container.start(new AdmissionFilter(gate.door(HttpServletRequest::getRemoteAddr)), application);
        started.add(running);
        port = running.port();
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        return client.sendAsync(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1);
    }

    private void await(ToIntFunction<GateSnapshot> count, int expected) {
        Await.until("the count is " + expected, () -> count.applyAsInt(gate.snapshot()) == expected);
    }

    private static AdmissionGate gate(int limit, int maxWaiting, Duration maxWait) {
        return AdmissionGate.builder()
                .limit(limit)
                .maxWaiting(maxWaiting)
                .maxWait(maxWait)
                .build();
    }

    private static final class Application extends HttpServlet {
        final Semaphore finish = new Semaphore(0);
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger mostInside = new AtomicInteger();
        final List<String> served = new CopyOnWriteArrayList<>();
        final transient Queue<AsyncContext> suspended = new ConcurrentLinkedQueue<>();

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            String path = request.getRequestURI();
            served.add(path);
            switch (path) {
                case "/async", "/dispatch" -> {
                    AsyncContext context = request.startAsync();
                    context.setTimeout(0);
                    suspended.add(context);
                }
                case "/fail" -> throw new ServletException("provoked");
                case "/echo" -> request.getInputStream().transferTo(response.getOutputStream());
                default -> work();
            }
        }

        private void work() {
            mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
            finish.acquireUninterruptibly();
            assertTrue(inside.decrementAndGet() >= 0);
        }
    }
}
