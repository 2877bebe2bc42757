package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests listeners with an accept rate. A slow machine only accepts fewer connections. */
class AcceptRateTest {
    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private RunningGateway gateway;

    static List<String> transports() {
        return HoldTest.transports();
    }

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    /**
     * At 20 per second two connections are accepted at once; the others take 50 ms each, even if some were accepted
     * before a pause took effect.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void a_crowd_is_taken_at_the_rate_and_in_full(String transport) {
        gateway = RunningGateway.start(
                upstream.address(), "--limit=100", "--accept-rate=20/s", "--transport=" + transport);
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            ScriptedClient client = gateway.connect().send("x");
            ScriptedClient server = upstream.next();
            assertEquals("x", server.read(1));
            server.close();
            client.close();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertTrue(took.compareTo(Duration.ofMillis(500)) > 0, "twenty were taken in " + took);
        gateway.awaitGate("active", 0);
        assertEquals(20, gateway.gate("admitted"));
    }

    @Test
    void a_reload_changes_the_rate_for_the_backlog(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("anteroom.yaml");
        String slow = """
                admin: 127.0.0.1:0
                loops: 1
                drain-timeout: 0s
                gates: {one: {limit: 100}}
                listeners: [{listen: 127.0.0.1:0, gate: one, upstream: "%s", accept-rate: 1/s}]
                """.formatted(Endpoint.of(upstream.address()));
        Files.writeString(file, slow);
        gateway = RunningGateway.startWith(2, "gateway", "--config", file.toString());
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(gateway.connect());
        }
        Files.writeString(file, slow.replace(", accept-rate: 1/s", ""));
        gateway.hangUp();
        gateway.awaitGate("admitted", 100);
        clients.forEach(ScriptedClient::close);
    }
}
