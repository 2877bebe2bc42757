package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests new connections while one is served and two wait, which fills the room: the kernel holds them. */
class HoldTest {
    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private RunningGateway gateway;

    /** Returns the transports that work on this machine. */
    static List<String> transports() {
        return ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(HoldTest::works)
                .map(TransportProvider::name)
                .filter(name -> !name.equals("netty"))
                .toList();
    }

    private static boolean works(TransportProvider transport) {
        try {
            transport.open(TransportOptions.defaults().withLoops(1)).close();
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    private void start(String transport) {
        gateway = RunningGateway.start(
                upstream.address(), "--limit=1", "--max-waiting=2", "--when-full=hold", "--transport=" + transport);
    }

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_crowd_is_served_without_a_refusal(String transport) {
        start(transport);
        Map<String, ScriptedClient> clients = new HashMap<>();
        IntStream.range(100, 130)
                .forEach(i -> clients.put("" + i, gateway.connect().send("" + i)));
        while (!clients.isEmpty()) {
            ScriptedClient server = upstream.next();
            ScriptedClient client = clients.remove(server.read(3));
            server.send("bye");
            assertEquals("bye", client.read(3));
            assertFalse(upstream.hasNext());
            client.close();
            server.close();
        }
        gateway.awaitGate("active", 0);
        assertEquals(30, gateway.gate("admitted"));
        assertEquals(0, gateway.gate("refused"));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void raising_the_limit_accepts_the_held_connections(String transport) {
        start(transport);
        List<ScriptedClient> clients = new ArrayList<>(List.of(gateway.connect()));
        upstream.next();
        clients.add(gateway.connectWaiting());
        clients.add(gateway.connectWaiting());
        for (int i = 0; i < 20; i++) {
            clients.add(gateway.connect());
        }
        gateway.change("{\"limit\": 40}");
        Await.until("all have come", () -> gateway.gate("admitted") == clients.size());
        assertEquals(0, gateway.gate("refused"));
        clients.forEach(ScriptedClient::close);
    }
}
