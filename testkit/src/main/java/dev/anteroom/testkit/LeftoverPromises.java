package dev.anteroom.testkit;

import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A connection, loop or listener that has ended leaves nothing behind. Figures mean the same at any size. */
abstract class LeftoverPromises extends Promises {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    LeftoverPromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void an_aborted_connection_keeps_no_bytes() {
        assertNothingIsKept(Transport::abort);
    }

    @Test
    void a_closed_connection_keeps_no_bytes() {
        assertNothingIsKept(Transport::close);
    }

    /**
     * Checks that no bytes are kept for a protocol that pauses and ends the connection in one call, and so will never
     * take what it left unread.
     */
    private void assertNothingIsKept(Consumer<Transport> end) {
        var server = new RecordingProtocol().reading((transport, data) -> {
            transport.pauseReading();
            end.accept(transport);
        });
        var client = net().client(server).send(noise(30_000));
        net().turn();
        client.close();
        server.await(CONNECTION_LOST);
        assertTrue(
                server.transport().bytesKept() <= 0,
                "bytes are kept: " + server.transport().bytesKept());
    }

    @Test
    void a_protocol_that_pauses_and_resumes_lets_its_group_close() {
        var server = new RecordingProtocol().reading((transport, data) -> {
            transport.pauseReading();
            transport.resumeReading();
        });
        net().client(server).send("x");
        net().turn();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(net().loops()::close);
        Await.value(closing);
        assertEquals(1, server.count(CONNECTION_LOST));
    }

    @Test
    void a_listener_closed_with_its_group_leaves_its_address_free() throws Exception {
        assumeTcp();
        EventLoopGroup group = net().open(Loopback.OPTIONS.withLoops(2));
        Listener listener = group.listen(Loopback.anyPort(), remote -> new Echo());
        CountDownLatch busy = new CountDownLatch(1);
        group.loops().forEach(loop -> loop.execute(() -> awaitUninterruptibly(busy)));
        CompletableFuture<Void> groupClosed = CompletableFuture.runAsync(group::close, LeftoverPromises::start);
        Await.until("the group closes", () -> isClosed(group.loops().get(0)));
        Thread closing = start(listener::close);
        Await.until("the listener waits, or is closed", () -> closing.getState() != Thread.State.RUNNABLE);
        if (closing.isAlive()) {
            busy.countDown();
        }
        closing.join(Await.DEADLINE.toMillis());
        try (ServerSocket next = new ServerSocket()) {
            next.bind(listener.address());
        } finally {
            busy.countDown();
        }
        Await.value(groupClosed);
    }

    @Test
    void the_largest_int_is_a_valid_bound_of_reading_ahead() {
        net().open(Loopback.OPTIONS.withPreReadBytes(Integer.MAX_VALUE));
        var server = parked();
        var client = net().client(server);
        byte[] message = noise(60_000);
        client.send(message).shutdownOutput();
        server.await(RecordingProtocol.Callback.END_OF_INPUT_SEEN);
        server.act(Transport::resumeReading);
        server.await(RecordingProtocol.Callback.INPUT_CLOSED);
        assertEquals(ScriptedClient.hash(message), ScriptedClient.hash(server.received()));
    }

    @Test
    void overlong_times_never_end() throws IOException {
        assumeConnects();
        TransportOptions patient =
                Loopback.OPTIONS.withLinger(FOR_EVER).withFlushTimeout(FOR_EVER).withConnectTimeout(FOR_EVER);
        net().open(patient);
        var server = new RecordingProtocol();
        Listener listener = net().listen(remote -> server);
        var client = new RecordingProtocol().on(CONNECTION_MADE, transport -> {
            transport.write(buffer("x"));
            transport.close();
        });
        Await.value(net().connect(listener.address(), client));
        server.awaitReceived(1);
        assertEquals(0, client.count(CONNECTION_LOST));
        server.act(Transport::close);
        client.await(CONNECTION_LOST);
    }

    @Test
    void a_negative_delay_counts_as_none() {
        CompletableFuture<Void> ran = new CompletableFuture<>();
        net().loop().schedule(Duration.ofSeconds(Long.MIN_VALUE), () -> ran.complete(null));
        Await.value(ran);
    }

    private static boolean isClosed(EventLoop loop) {
        try {
            loop.execute(() -> {});
            return false;
        } catch (RejectedExecutionException e) {
            return true;
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "closing");
        thread.start();
        return thread;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // A loop that closes may interrupt this thread. The test goes on.
            }
        }
    }
}
