package dev.anteroom.testkit;

import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Outgoing connections. */
abstract class ConnectingPromises extends Promises {
    ConnectingPromises(TransportSuite suite) {
        super(suite);
    }

    @BeforeEach
    final void assumeThatItConnects() {
        assumeConnects();
    }

    @Test
    void an_outgoing_connection_carries_bytes_both_ways() {
        Listener server = net().listen(remote -> new Echo());
        var client = new RecordingProtocol();
        Transport transport = Await.value(net().connect(server.address(), client));
        assertSame(transport, client.transport());
        assertEquals(server.address(), transport.remoteAddress());
        client.act(it -> it.write(Promises.buffer("there and back")));
        client.awaitReceived(14);
        assertEquals("there and back", client.text());
    }

    @Test
    void the_future_is_completed_on_the_loop_after_connection_made() {
        Listener server = net().listen(remote -> new Echo());
        var client = new RecordingProtocol();
        CompletableFuture<String> seen = CompletableFuture.runAsync(() -> {}, net().loop())
                .thenComposeAsync(
                        ignored -> net().connect(server.address(), client)
                                .thenApply(transport -> net().loop().inEventLoop() + " " + client.callbacks()),
                        net().loop());
        assertEquals("true " + List.of(CONNECTION_MADE), Await.value(seen));
    }

    @Test
    void an_outgoing_connection_lives_on_the_loop_that_was_asked() {
        net().open(Loopback.OPTIONS.withLoops(2));
        Listener server = net().listen(remote -> new Echo());
        for (EventLoop loop : net().loops().loops()) {
            var client = new RecordingProtocol();
            assertSame(loop, Await.value(loop.connect(server.address(), client)).eventLoop());
            assertTrue(client.ask(transport -> loop.inEventLoop()));
        }
    }

    @Test
    void a_refused_attempt_fails_with_the_reason() {
        var client = new RecordingProtocol();
        assertInstanceOf(IOException.class, Await.failure(net().connect(unusedAddress(), client)));
        net().turn();
        assertEquals(List.of(), client.callbacks());
    }

    @Test
    void a_name_that_cannot_be_resolved_fails_with_a_reason() {
        assumeTcp();
        SocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        assertInstanceOf(IOException.class, Await.failure(net().connect(nowhere, new RecordingProtocol())));
    }

    @Test
    void an_attempt_that_takes_too_long_fails() throws IOException {
        net().open(Loopback.OPTIONS.withConnectTimeout(Duration.ofMillis(100)));
        var client = new RecordingProtocol();
        try (FullBacklog server = fullBacklog()) {
            assertInstanceOf(IOException.class, Await.failure(net().connect(server.address(), client)));
        }
        net().turn();
        assertEquals(List.of(), client.callbacks());
    }

    @Test
    void an_attempt_has_the_time_that_it_is_given() throws IOException {
        net().open(Loopback.OPTIONS.withConnectTimeout(Await.DEADLINE.multipliedBy(2)));
        var client = new RecordingProtocol();
        try (FullBacklog server = fullBacklog()) {
            var attempt = net().loop().connect(server.address(), client, Duration.ofMillis(100));
            assertInstanceOf(IOException.class, Await.failure(attempt));
        }
        net().turn();
        assertEquals(List.of(), client.callbacks());
    }

    @Test
    void a_cancelled_attempt_is_given_up() throws IOException {
        var client = new RecordingProtocol();
        try (FullBacklog server = fullBacklog()) {
            CompletableFuture<Transport> attempt = net().connect(server.address(), client);
            net().turn();
            assertTrue(attempt.cancel(false));
            assertInstanceOf(CancellationException.class, Await.failure(attempt));
            net().turn();
        }
        assertEquals(List.of(), client.callbacks());
    }

    @Test
    void an_attempt_cancelled_at_the_last_moment_is_given_up_too() {
        Listener server = net().listen(remote -> new Echo());
        EventLoop loop = net().loop();
        for (int i = 0; i < 10; i++) {
            var client = new RecordingProtocol();
            CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
            loop.execute(() -> {
                var attempt = net().connect(server.address(), client);
                loop.execute(() -> cancelled.complete(attempt.cancel(false)));
            });
            assumeTrue(Await.value(cancelled));
            net().turn();
            assertEquals(List.of(), client.callbacks());
        }
    }

    @Test
    void cancelling_in_connection_made_ends_the_connection() {
        Listener server = net().listen(remote -> new Echo());
        var client = new RecordingProtocol();
        CompletableFuture<CompletableFuture<Transport>> attempt = new CompletableFuture<>();
        client.on(CONNECTION_MADE, transport -> attempt.join().cancel(false));
        attempt.complete(net().connect(server.address(), client));
        client.await(CONNECTION_LOST);
        assertEquals(List.of(CONNECTION_MADE, CONNECTION_LOST), client.callbacks());
    }

    @Test
    void an_attempt_under_way_fails_when_the_loops_are_closed() throws IOException {
        try (FullBacklog server = fullBacklog()) {
            CompletableFuture<Transport> attempt = net().connect(server.address(), new RecordingProtocol());
            net().turn();
            net().loops().close();
            assertInstanceOf(IOException.class, Await.failure(attempt));
        }
    }

    @Test
    void a_closed_loop_does_not_connect() {
        EventLoop loop = net().loop();
        net().loops().close();
        assertInstanceOf(IOException.class, Await.failure(loop.connect(net().anyAddress(), new RecordingProtocol())));
    }

    private SocketAddress unusedAddress() {
        try (ServerSocketChannel server = net().server(net().anyAddress(), 0)) {
            return server.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Opens a server to which a connection never completes. Within a machine, a connection is established at once or
     * never.
     */
    private FullBacklog fullBacklog() throws IOException {
        assumeTcp();
        return new FullBacklog();
    }

    /** A server to which a connection never completes, because it does not accept and its backlog is full. */
    private static final class FullBacklog implements AutoCloseable {
        private final ServerSocket server = new ServerSocket();
        private final List<SocketChannel> waiting = new ArrayList<>();

        FullBacklog() throws IOException {
            server.bind(Loopback.anyPort(), 1);
            for (int i = 0; i < 4; i++) {
                SocketChannel channel = SocketChannel.open();
                waiting.add(channel);
                channel.configureBlocking(false);
                channel.connect(address());
            }
        }

        SocketAddress address() {
            return server.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
            server.close();
        }
    }
}
