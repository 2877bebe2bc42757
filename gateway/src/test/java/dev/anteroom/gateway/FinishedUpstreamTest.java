package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests an upstream that has sent its answer and its FIN, and does not read what its client still uploads. The limit is
 * 1.
 */
class FinishedUpstreamTest {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty-nio", "netty"})
    void a_client_that_resets_its_upload_frees_its_slot(String transport) throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.open();
                RunningGateway gateway =
                        RunningGateway.start(upstream.address(), "--limit", "1", "--transport", transport);
                SocketChannel client = SocketChannel.open(gateway.address())) {
            ScriptedClient server = upstream.next();
            server.send("x").shutdownOutput();
            assertEquals("x", ScriptedClient.on(client.socket()).readToEnd());
            upload(client);
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            gateway.awaitGate("active", 0);
            server.close();
        }
    }

    /** Uploads until no more bytes are accepted, at most 8 MB; the client is not read from then on. */
    private static void upload(SocketChannel client) throws IOException {
        client.configureBlocking(false);
        ByteBuffer bytes = ByteBuffer.allocate(8_000_000);
        for (int refused = 0; refused < 50 && bytes.hasRemaining(); refused++) {
            refused = client.write(bytes) > 0 ? 0 : refused;
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
