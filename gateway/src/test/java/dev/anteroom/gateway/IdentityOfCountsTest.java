package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.CountingUpstream;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that no change of a file starts a count anew: what is counted is an address or a name, not a line. */
class IdentityOfCountsTest {
    @TempDir
    private Path folder;

    private final CountingUpstream upstream = CountingUpstream.open();
    private final CountingUpstream other = CountingUpstream.open();
    private final List<ScriptedClient> clients = new ArrayList<>();
    private RunningGateway gateway;

    @AfterEach
    void close() {
        clients.forEach(ScriptedClient::close);
        gateway.close();
        upstream.close();
        other.close();
    }

    private Path write(String gates, String... listeners) throws IOException {
        String text = "admin: 127.0.0.1:0\ndrain-timeout: 0s\nloops: 2\ngates: {" + gates + "}\nlisteners:\n"
                + String.join("\n", listeners) + "\n";
        return Files.writeString(folder.resolve("anteroom.yaml"), text);
    }

    private void start(String gates, String... listeners) throws IOException {
        Path file = write(gates, listeners);
        gateway = RunningGateway.startWith(1 + listeners.length, "gateway", "--config", file.toString());
    }

    private void reload(String gates, String... listeners) throws IOException {
        write(gates, listeners);
        gateway.hangUp();
        assertTrue(gateway.errors().lines().noneMatch(line -> line.contains("not reloaded")), gateway.errors());
    }

    private static String listener(int host, String gate, String upstream) {
        return "  - {listen: 127.0.0." + host + ":0, gate: " + gate + ", upstreams: [\"" + upstream + "\"],"
                + " upstream-wait: 60s}";
    }

    private static String text(CountingUpstream upstream, String limit) {
        return Endpoint.of(upstream.address()) + limit;
    }

    private InetSocketAddress address(int line) {
        return Endpoint.parse(gateway.lines().get(line).replace("listening on ", ""))
                .address();
    }

    private ScriptedClient connect(int line) {
        ScriptedClient client = ScriptedClient.connect(address(line)).send("x");
        clients.add(client);
        return client;
    }

    private void awaitServed(int line, int count) {
        for (int i = 0; i < count; i++) {
            assertEquals("x", connect(line).read(1));
        }
    }

    @Test
    void an_upstream_that_is_put_back_keeps_its_count() throws IOException {
        String gates = "one: {limit: 100}";
        start(gates, listener(1, "one", text(upstream, "=2")));
        awaitServed(0, 2);
        reload(gates, listener(1, "one", text(other, "")));
        awaitServed(0, 1);
        reload(gates, listener(1, "one", text(upstream, "=2")));
        connect(0);
        connect(0);
        gateway.awaitGate("active", 5);
        assertEquals(2, upstream.peak());
        clients.get(0).close();
        assertEquals("x", clients.get(3).read(1));
        assertEquals(2, upstream.peak());
    }

    @Test
    void a_gate_that_is_put_back_with_its_listener_keeps_its_count() throws IOException {
        String two = "one: {limit: 100}, two: {limit: 2}";
        String stays = listener(1, "one", text(other, ""));
        String leaves = listener(2, "two", text(upstream, ""));
        start(two, stays, leaves);
        awaitServed(1, 2);
        reload("one: {limit: 100}", stays);
        reload(
                two,
                stays,
                leaves.replace(
                        "127.0.0.2:0",
                        address(1).getHostString() + ":" + address(1).getPort()));
        connect(1);
        Await.until("the third waits", () -> waiting("two") == 1);
        assertEquals(2, upstream.peak());
        clients.get(0).close();
        assertEquals("x", clients.get(2).read(1));
        assertEquals(2, upstream.peak());
    }

    private int waiting(String gate) {
        String body = gateway.get("/api/gates/" + gate).body();
        return Integer.parseInt(body.replaceFirst("(?s).*\"waiting\":(\\d+).*", "$1"));
    }

    @Test
    void a_gate_that_returns_must_keep_its_fixed_settings_while_in_use() throws IOException {
        String stays = listener(1, "one", text(other, ""));
        String leaves = listener(2, "two", text(upstream, ""));
        start("one: {limit: 100}, two: {limit: 2}", stays, leaves);
        awaitServed(1, 1);
        reload("one: {limit: 100}", stays);
        write("one: {limit: 100}, two: {limit: 2, max-waiting: 7}", stays, leaves);
        var answer = gateway.request("POST", "/api/reload", "");
        assertEquals(409, answer.statusCode());
        assertTrue(answer.body().contains("max-waiting of gate two cannot change"), answer.body());
        clients.get(0).close();
        Await.until(
                "it may return once it is empty",
                () -> gateway.request("POST", "/api/reload", "").statusCode() == 200);
    }

    @Test
    void two_listeners_share_the_limit_of_an_upstream() throws IOException {
        String limited = text(upstream, "=2");
        start(
                "one: {limit: 100}, two: {limit: 100}",
                listener(1, "one", limited),
                listener(2, "two", limited.replace("127.0.0.1", "localhost")));
        awaitServed(0, 1);
        awaitServed(1, 1);
        connect(0);
        connect(1);
        Await.until("both are admitted", () -> gateway.gate("active") == 2);
        clients.get(0).close();
        clients.get(1).close();
        assertEquals("x", clients.get(2).read(1));
        assertEquals("x", clients.get(3).read(1));
        assertEquals(2, upstream.peak());
    }
}
