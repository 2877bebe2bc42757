package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream of events that feeds the live page. */
class EventStreamTest {
    private static final String REQUEST = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private final RunningGateway gateway = RunningGateway.start(
            upstream.address(), "--limit", "1", "--policy", "lifo", "--class", "127.0.0.3/32=2", "--transport", "nio");

    /** Keeps references: the JVM closes a socket when it collects it. */
    private final List<ScriptedClient> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        sockets.forEach(ScriptedClient::close);
        gateway.close();
        upstream.close();
    }

    @Test
    void the_waiting_room_is_listed_in_the_order_of_the_policy() throws IOException {
        sockets.add(gateway.connect());
        sockets.add(upstream.next());
        sockets.add(gateway.connectWaiting("127.0.0.2"));
        sockets.add(gateway.connectWaiting("127.0.0.3").send("hello"));
        try (Viewer viewer = new Viewer(gateway)) {
            JsonNode history = viewer.next("history");
            assertEquals("default", history.path("gates").path(0).path("name").asText());
            assertTrue(history.path("policies").toString().contains("\"lifo\""));
            JsonNode gate = viewer.next("sample").path("gates").path(0);
            while (gate.path("room").path(0).path("sent").intValue() != 5) {
                gate = viewer.next("sample").path("gates").path(0);
            }
            assertEquals(2, gate.path("now").path("waiting").intValue());
            assertEquals(2, gate.path("room").size());
            JsonNode newest = gate.path("room").path(0);
            assertTrue(newest.path("source").asText().startsWith("127.0.0.3:"), newest::toString);
            assertEquals(2, newest.path("class").intValue());
            assertTrue(newest.path("waits").doubleValue() > 0);
            assertEquals(0, gate.path("room").path(1).path("sent").intValue());
            assertEquals(3, gate.path("sources").size());
        }
    }

    @Test
    void a_source_without_connections_is_no_longer_listed() throws IOException {
        ScriptedClient client = gateway.connect();
        ScriptedClient server = upstream.next();
        try (Viewer viewer = new Viewer(gateway)) {
            awaitSources(viewer, 1);
            client.close();
            server.close(); // frees the slot
            awaitSources(viewer, 0);
        }
    }

    @Test
    void viewers_are_limited_and_a_leaving_viewer_makes_room() throws IOException {
        List<Viewer> viewers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            viewers.add(new Viewer(gateway));
            viewers.get(i).next("history");
        }
        try (ScriptedClient late = ScriptedClient.connect(gateway.adminAddress())) {
            assertTrue(late.send(REQUEST).read(200).startsWith("HTTP/1.1 503"));
        }
        assertEquals(200, gateway.get("/healthz").statusCode());
        viewers.forEach(Viewer::close);
        Await.until("there is room again", () -> {
            try (ScriptedClient next = ScriptedClient.connect(gateway.adminAddress())) {
                return next.send(REQUEST).read(12).equals("HTTP/1.1 200");
            }
        });
    }

    @Test
    void a_removed_gate_is_no_longer_sampled(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("anteroom.yaml");
        String listener = "[{listen: \"127.0.0.1:0\", gate: one, upstreams: [\"%s\"]}]"
                .formatted(Endpoint.of(upstream.address()));
        String settings = """
                admin: "127.0.0.1:0"
                drain-timeout: 0s
                gates: {one: {limit: 1}, two: {limit: 1}}
                listeners: %s
                """.formatted(listener);
        Files.writeString(file, settings);
        try (RunningGateway changing = RunningGateway.startWith(2, "gateway", "--config", file.toString())) {
            assertEquals(Set.of("one", "two"), gatesEverSampled(changing));
            Files.writeString(file, settings.replace(", two: {limit: 1}", ""));
            assertEquals(200, changing.request("POST", "/api/reload", "").statusCode());
            Await.until(
                    "the removed gate is forgotten",
                    () -> gatesEverSampled(changing).equals(Set.of("one")));
        }
    }

    private static Set<String> gatesEverSampled(RunningGateway gateway) {
        try (Viewer viewer = new Viewer(gateway)) {
            JsonNode history = viewer.next("history");
            viewer.next("sample"); // a viewer that leaves at once would be counted until the next sample
            return Set.copyOf(history.path("gates").findValuesAsText("name"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitSources(Viewer viewer, int count) throws IOException {
        while (viewer.next("sample").path("gates").path(0).path("sources").size() != count) {}
    }

    /** Reads whole events. */
    private static final class Viewer implements AutoCloseable {
        private final ScriptedClient client;
        private final StringBuilder text = new StringBuilder();

        Viewer(RunningGateway gateway) {
            client = ScriptedClient.connect(gateway.adminAddress()).send(REQUEST);
        }

        JsonNode next(String event) throws IOException {
            String begin = "event: " + event + "\ndata: ";
            while (true) {
                int at = text.indexOf(begin);
                int end = at < 0 ? -1 : text.indexOf("\n\n", at);
                if (end >= 0) {
                    String data = text.substring(at + begin.length(), end);
                    text.delete(0, end);
                    return new JsonMapper().readTree(data);
                }
                text.append(client.read(1));
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
