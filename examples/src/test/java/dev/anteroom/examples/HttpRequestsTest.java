package dev.anteroom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import dev.anteroom.gate.Admission;
import dev.anteroom.testkit.Await;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // start() sets the fields
class HttpRequestsTest extends ExampleSuite {
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @Override
    void start() throws Exception {
        server = HttpRequests.start(gate, Runnable::run, this::serve);
    }

    @Override
    String request() throws Exception {
        return client.send(builder().build(), BodyHandlers.ofString()).body();
    }

    private HttpRequest.Builder builder() {
        InetSocketAddress address = server.getAddress();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + "/"));
    }

    private HttpResponse<String> requestWithTimeLeft(String millis) throws Exception {
        HttpRequest request = builder().header("X-Time-Left", millis).build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Override
    void stop() {
        server.stop(0);
    }

    @Test
    void a_request_without_time_left_is_turned_away() throws Exception {
        start();
        List<Admission> slots = Stream.generate(
                        () -> gate.acquireAsync(new InetSocketAddress("127.0.0.1", 1), Runnable::run))
                .limit(gate.limit())
                .map(Await::value)
                .toList();
        HttpResponse<String> response = requestWithTimeLeft("1");
        assertEquals(503, response.statusCode());
        assertEquals("1", response.headers().firstValue("Retry-After").orElseThrow());
        assertEquals(1, gate.snapshot().expired());
        slots.forEach(Admission::leave);
    }

    @Test
    void a_malformed_header_is_an_error_of_the_client() throws Exception {
        start();
        assertEquals(400, requestWithTimeLeft("soon").statusCode());
        assertEquals(0, gate.snapshot().arrived());
    }
}
