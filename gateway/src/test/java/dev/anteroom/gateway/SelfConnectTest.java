package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.Transports;
import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.Await;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a closed port of this machine from which the kernel lets a connection to the port start. */
class SelfConnectTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int MOST = 200_000;

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty-nio", "netty"})
    void a_connection_that_meets_itself_is_a_failure(String transport) throws IOException {
        InetSocketAddress closed = new InetSocketAddress(HERE, closedPort());
        try (EventLoopGroup loops =
                Transports.named(transport).open(TransportOptions.defaults().withLoops(1))) {
            assertTrue(meetsItself(loops.loops().get(0), closed), "no attempt began at its own port");
            Await.until("a server can have the port", () -> isFree(closed.getPort()));
        }
    }

    /** Returns a free port of the parity that the kernel chooses first for connections. */
    private static int closedPort() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, HERE);
                Socket client = new Socket(HERE, server.getLocalPort())) {
            port = client.getLocalPort();
        }
        while (true) {
            port -= 2;
            try (ServerSocket free = new ServerSocket(port, 1, HERE)) {
                return free.getLocalPort();
            } catch (BindException e) {
                // Another program has the port.
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, HERE)) {
            return free.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Connects until the kernel has chosen the port itself, which it does at random or in turn. */
    private static boolean meetsItself(EventLoop loop, InetSocketAddress closed) {
        for (int i = 0; i < MOST; i++) {
            CompletableFuture<Transport> attempt = loop.connect(closed, new Untouched());
            if (String.valueOf(Await.failure(attempt).getMessage()).contains("met itself")) {
                return true;
            }
        }
        return false;
    }

    private static final class Untouched implements Protocol {
        @Override
        public void connectionMade(Transport transport) {
            throw new AssertionError("connected to a closed port");
        }

        @Override
        public void dataReceived(ByteBuffer data) {}

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }
}
