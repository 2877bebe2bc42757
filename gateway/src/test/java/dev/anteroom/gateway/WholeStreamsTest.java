package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.anteroom.protocol.TransportProvider;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests megabytes in both directions at once. Both sides half-close while much of the data is still held back, so the
 * end of a stream must not be taken for a loss of the connection. The sizes differ, so that either side may finish
 * first.
 */
class WholeStreamsTest {
    private static final int MEBIBYTE = 1024 * 1024;

    static Stream<String> transports() {
        return ServiceLoader.load(TransportProvider.class).stream()
                .map(provider -> provider.get().name());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void both_streams_arrive_whole(String transport) {
        try (ScriptedUpstream upstream = ScriptedUpstream.open();
                RunningGateway gateway =
                        RunningGateway.start(upstream.address(), "--limit", "10", "--transport", transport)) {
            assumeFalse(gateway.hasEnded(), gateway::errors);
            for (int i = 0; i < 4; i++) {
                ScriptedClient client = gateway.connect();
                exchange(client, noise(8 + 8 * (i % 2)), upstream.next(), noise(12));
            }
        }
    }

    private static void exchange(ScriptedClient client, byte[] up, ScriptedClient server, byte[] down) {
        CompletableFuture<Void> sending = client.sendInBackground(up).thenRun(client::shutdownOutput);
        CompletableFuture<Void> answering = server.sendInBackground(down).thenRun(server::shutdownOutput);
        CompletableFuture<String> received =
                CompletableFuture.supplyAsync(server::hashToEnd, task -> new Thread(task, "receiving").start());
        assertEquals(ScriptedClient.hash(down), client.hashToEnd());
        assertEquals(ScriptedClient.hash(up), Await.value(received));
        Await.value(CompletableFuture.allOf(sending, answering));
    }

    private static byte[] noise(int mebibytes) {
        byte[] bytes = new byte[mebibytes * MEBIBYTE];
        new Random(mebibytes).nextBytes(bytes);
        return bytes;
    }
}
