package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log: one line for each connection, written when it ends. */
class AccessLogTest {
    @TempDir
    Path folder;

    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private Path log;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        log = folder.resolve("access.log");
        gateway = RunningGateway.start(
                upstream.address(), "--limit", "1", "--max-waiting", "1", "--access-log", log.toString());
    }

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    @Test
    void a_served_connection_is_logged_with_its_bytes_and_end() {
        ScriptedClient client = gateway.connect().send("hello");
        ScriptedClient server = upstream.next();
        server.read(5);
        server.send("good day");
        client.read(8);
        client.close();
        server.readToEnd();
        server.close();
        JsonNode line = lines(log, 1).get(0);
        assertEquals("default", line.path("gate").asText());
        assertTrue(line.path("source").asText().startsWith("127.0.0.1:"), line::toString);
        assertEquals(10, line.path("class").intValue());
        assertEquals("served", line.path("end").asText());
        assertEquals("client", line.path("endedBy").asText());
        assertEquals(5, line.path("fromClient").intValue());
        assertEquals(8, line.path("fromUpstream").intValue());
        assertEquals(0, line.path("waited").doubleValue());
        assertTrue(line.path("served").doubleValue() > 0);
    }

    @Test
    void a_connection_that_is_not_served_is_logged_with_the_reason() {
        // Keep references: the JVM closes a socket when it collects it.
        ScriptedClient client = gateway.connect();
        ScriptedClient server = upstream.next();
        ScriptedClient waiting = gateway.connectWaiting();
        gateway.connect().readToEnd();
        waiting.close();
        Map<String, JsonNode> ends = lines(log, 2).stream()
                .collect(Collectors.toMap(line -> line.path("end").asText(), line -> line));
        assertEquals(0, ends.get("refused").path("waited").doubleValue());
        assertTrue(ends.get("abandoned").path("waited").doubleValue() > 0);
        client.close();
        server.close();
    }

    @Test
    void an_upstream_that_resets_or_cannot_be_reached_is_named() {
        gateway.connect().send("x");
        ScriptedClient server = upstream.next();
        server.read(1);
        server.reset();
        assertEquals("upstream_reset", lines(log, 1).get(0).path("endedBy").asText());
        upstream.close();
        gateway.connect().readToEnd();
        assertEquals("unreachable", lines(log, 2).get(1).path("endedBy").asText());
        assertEquals("unreachable", lines(log, 2).get(1).path("end").asText());
    }

    @Test
    void a_connection_that_a_drain_cuts_off_blames_the_drain() {
        ScriptedClient client = gateway.connect().send("x");
        ScriptedClient server = upstream.next();
        assertEquals("x", server.read(1));
        gateway.close();
        assertEquals("drain", lines(log, 1).get(0).path("endedBy").asText());
        client.close();
        server.close();
    }

    @Test
    void a_log_that_was_moved_goes_on_in_a_new_file() throws IOException {
        gateway.connect().close();
        upstream.next().close();
        lines(log, 1);
        Path old = folder.resolve("access.log.1");
        Files.move(log, old);
        Await.until("the log is reopened", () -> Files.exists(log));
        gateway.connect().close();
        upstream.next().close();
        lines(log, 1);
        assertEquals(1, lines(old, 1).size());
    }

    @Test
    void a_log_that_cannot_be_written_is_an_error_at_the_start() {
        RunningGateway other = RunningGateway.start(
                upstream.address(),
                "--limit",
                "1",
                "--access-log",
                folder.resolve("no/such/folder").toString());
        assertEquals(1, other.exitStatus());
        assertTrue(other.errors().startsWith("anteroom: --access-log: cannot write to "), other::errors);
    }

    static List<JsonNode> lines(Path log, int count) {
        Await.until(count + " lines are written", () -> {
            try {
                return Files.exists(log) && Files.readAllLines(log).size() >= count;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        List<JsonNode> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(log)) {
                lines.add(new JsonMapper().readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }
}
