package dev.anteroom.testkit;

import static dev.anteroom.testkit.Promises.buffer;
import static dev.anteroom.testkit.Promises.mebibytes;
import static dev.anteroom.testkit.Promises.parked;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static dev.anteroom.testkit.RecordingProtocol.Callback.DATA_RECEIVED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.INPUT_CLOSED;
import static dev.anteroom.testkit.ScriptedClient.hash;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The ways in which a connection ends: in order, by an abort, by the peer. */
abstract class ClosingPromises extends Promises {
    ClosingPromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void close_sends_the_pending_bytes_first() {
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        byte[] message = mebibytes(8);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(message));
            transport.close();
        });
        assertEquals(hash(message), client.hashToEnd());
    }

    @Test
    void closing_is_no_reason() {
        var server = new RecordingProtocol();
        var client = net().client(server);
        server.act(Transport::close);
        assertEquals("", client.readToEnd());
        client.close();
        server.await(CONNECTION_LOST);
        assertNull(server.reason());
    }

    @Test
    void close_delivers_nothing_more() {
        net().open(Loopback.OPTIONS.withLinger(Await.DEADLINE));
        var server = new RecordingProtocol();
        var client = net().client(server);
        server.act(Transport::close);
        client.send("too late");
        net().turn();
        client.close();
        server.await(CONNECTION_LOST);
        assertEquals(List.of(CONNECTION_MADE, CONNECTION_LOST), server.callbacks());
    }

    @Test
    void close_delivers_nothing_that_was_held_back() {
        var server = parked();
        var client = net().client(server).send("x");
        net().turn();
        server.act(transport -> {
            transport.resumeReading();
            transport.close();
        });
        client.close();
        server.await(CONNECTION_LOST);
        assertEquals(List.of(CONNECTION_MADE, CONNECTION_LOST), server.callbacks());
    }

    @Test
    void an_unread_peer_may_keep_sending_and_reads_the_last_message() {
        net().open(Loopback.OPTIONS.withLinger(Await.DEADLINE.multipliedBy(2)));
        var server = parked();
        var client = net().client(server).send(Promises.noise(100_000));
        net().turn();
        server.act(transport -> {
            transport.write(buffer("the last message"));
            transport.close();
        });
        for (int i = 0; i < 3; i++) {
            client.send(Promises.noise(100_000));
            net().turn();
        }
        assertEquals("the last message", client.readToEnd());
    }

    @Test
    void close_waits_for_the_peer_to_close_too() {
        net().open(Loopback.OPTIONS.withLinger(Await.DEADLINE.multipliedBy(2)));
        var server = new RecordingProtocol();
        var client = net().client(server);
        server.act(Transport::close);
        assertEquals("", client.readToEnd());
        net().turn();
        assertEquals(0, server.count(CONNECTION_LOST));
        client.close();
        server.await(CONNECTION_LOST);
    }

    @Test
    void close_waits_no_longer_than_it_lingers() {
        net().open(Loopback.OPTIONS.withLinger(Duration.ofMillis(20)));
        var server = new RecordingProtocol();
        net().client(server);
        server.act(Transport::close);
        server.await(CONNECTION_LOST);
        assertNull(server.reason());
    }

    @Test
    void close_gives_up_on_a_peer_that_does_not_take_what_is_pending() {
        net().open(Loopback.OPTIONS.withFlushTimeout(Duration.ofMillis(20)));
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(mebibytes(8)));
            transport.close();
        });
        server.await(CONNECTION_LOST);
        assertTrue(server.reason() instanceof IOException);
        assertTrue(client.isReset());
    }

    @Test
    void close_gives_up_on_a_slow_reader_after_a_shutdown() {
        assertGivenUp(new RecordingProtocol(), client -> {}, transport -> {
            transport.shutdownOutput();
            transport.close();
        });
    }

    @Test
    void close_gives_up_in_a_later_turn_than_the_shutdown() {
        assertGivenUp(new RecordingProtocol(), client -> {}, transport -> {
            transport.shutdownOutput();
            transport.eventLoop().execute(transport::close);
        });
    }

    @Test
    void close_gives_up_on_a_slow_reader_that_has_shut_down() {
        var server = new RecordingProtocol();
        assertGivenUp(
                server,
                client -> {
                    client.shutdownOutput();
                    server.await(INPUT_CLOSED);
                },
                Transport::close);
    }

    @Test
    void close_gives_up_on_a_slow_reader_while_paused() {
        assertGivenUp(parked(), client -> client.send("x"), Transport::close);
    }

    private void assertGivenUp(
            RecordingProtocol server, Consumer<ScriptedClient> beginning, Consumer<Transport> closing) {
        net().open(Loopback.OPTIONS.withFlushTimeout(Duration.ofMillis(20)));
        beginning.accept(net().slowClient(server));
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(mebibytes(8)));
            closing.accept(transport);
        });
        server.await(CONNECTION_LOST);
        assertTrue(server.reason() instanceof IOException, () -> "lost for " + server.reason());
    }

    /** Repeats the trial with a longer flush timeout until it is long enough for this machine. */
    @Test
    void the_time_to_flush_does_not_end_the_time_to_linger() {
        Duration timeout = Duration.ofMillis(200);
        while (!isFlushedWithin(timeout)) {
            timeout = timeout.multipliedBy(2);
            assertTrue(timeout.compareTo(Await.DEADLINE) < 0, "it never lingers");
        }
    }

    /** Whether the flush timeout was long enough. If it was, checks that the connection lingers long after it. */
    private boolean isFlushedWithin(Duration timeout) {
        var loops = net().open(Loopback.OPTIONS.withFlushTimeout(timeout).withLinger(Await.DEADLINE.multipliedBy(2)));
        var server = new RecordingProtocol();
        var client = net().slowClient(loops, server);
        byte[] message = mebibytes(4);
        var over = new CompletableFuture<Void>();
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(message));
            transport.close();
            transport.eventLoop().schedule(timeout.multipliedBy(2), () -> over.complete(null));
        });
        boolean flushed = isRead(client, message) && server.count(CONNECTION_LOST) == 0;
        Await.value(over);
        if (flushed) {
            assertTrue(server.ask(transport -> server.count(CONNECTION_LOST) == 0), "lost when it should linger");
        }
        return flushed;
    }

    private static boolean isRead(ScriptedClient client, byte[] message) {
        try {
            return client.hashToEnd().equals(hash(message));
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Neither the loop nor a deadline an hour ahead retains the connection. */
    @Test
    void nothing_is_retained_of_a_connection_that_is_lost() {
        Duration hour = Duration.ofHours(1);
        net().open(Loopback.OPTIONS
                .withConnectTimeout(hour)
                .withFlushTimeout(hour)
                .withLinger(hour));
        List<WeakReference<Protocol>> lost = Collections.synchronizedList(new ArrayList<>());
        Listener listener = net().listen(remote -> {
            var protocol = new RecordingProtocol().on(DATA_RECEIVED, Transport::close);
            protocol.on(CONNECTION_LOST, transport -> lost.add(new WeakReference<>(protocol)));
            return protocol;
        });
        for (int i = 0; i < 100; i++) {
            try (ScriptedClient client = net().client(listener)) {
                assertEquals("", client.send("x").readToEnd());
            }
        }
        Await.until("all are lost", () -> lost.size() == 100);
        net().turn();
        Retained.assertAtMost(5, List.copyOf(lost));
    }

    @Test
    void the_time_to_flush_is_over_once_everything_is_sent() {
        net().open(Loopback.OPTIONS
                .withFlushTimeout(Await.DEADLINE.multipliedBy(2))
                .withLinger(Duration.ofMillis(20)));
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        byte[] message = mebibytes(8);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(message));
            transport.close();
        });
        assertEquals(hash(message), client.hashToEnd());
        server.await(CONNECTION_LOST);
        assertNull(server.reason());
    }

    @Test
    void abort_resets() {
        var server = new RecordingProtocol();
        var client = net().client(server);
        server.act(Transport::abort);
        assertTrue(client.isReset());
        server.await(CONNECTION_LOST);
        assertNull(server.reason());
    }

    @Test
    void abort_loses_what_is_pending() {
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(mebibytes(8)));
            transport.abort();
        });
        assertTrue(client.isReset());
    }

    @Test
    void abort_cuts_a_close_short() {
        net().open(Loopback.OPTIONS.withLinger(Await.DEADLINE.multipliedBy(2)));
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(mebibytes(8)));
            transport.close();
            transport.abort();
        });
        server.await(CONNECTION_LOST);
        assertTrue(client.isReset());
    }

    @Test
    void after_both_shut_down_the_connection_has_ended_in_order() {
        var server = new RecordingProtocol();
        var client = net().client(server);
        server.act(Transport::shutdownOutput);
        assertEquals("", client.readToEnd());
        client.shutdownOutput();
        server.await(CONNECTION_LOST);
        assertEquals(List.of(CONNECTION_MADE, INPUT_CLOSED, CONNECTION_LOST), server.callbacks());
        assertNull(server.reason());
    }

    @Test
    void after_both_shut_down_pending_bytes_are_sent_first() {
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        byte[] message = mebibytes(8);
        server.act(transport -> transport.write(ByteBuffer.wrap(message)));
        client.shutdownOutput();
        server.await(INPUT_CLOSED);
        server.act(Transport::shutdownOutput);
        assertEquals(hash(message), client.hashToEnd());
        server.await(CONNECTION_LOST);
        assertNull(server.reason());
    }

    @Test
    void after_both_shut_down_kept_bytes_are_still_delivered() {
        var server = parked();
        var client = net().client(server);
        byte[] message = Promises.noise(60_000);
        server.act(Transport::shutdownOutput);
        assertEquals("", client.readToEnd());
        client.send(message).close();
        net().turn();
        assertEquals(0, server.count(CONNECTION_LOST));
        server.act(Transport::resumeReading);
        server.await(CONNECTION_LOST);
        assertEquals(hash(message), hash(server.received()));
        assertEquals(1, server.count(INPUT_CLOSED));
        assertNull(server.reason());
    }

    @Test
    void resets_right_behind_sent_bytes_are_all_noticed() {
        assertResetsAreNoticed(transport -> {}, client -> {});
    }

    @Test
    void resets_behind_sent_bytes_are_noticed_after_a_shutdown() {
        assertResetsAreNoticed(Transport::shutdownOutput, client -> assertEquals("", client.readToEnd()));
    }

    private void assertResetsAreNoticed(Consumer<Transport> beginning, Consumer<ScriptedClient> ready) {
        var open = new AtomicInteger();
        Listener listener = net().listen(remote -> new RecordingProtocol()
                .on(CONNECTION_MADE, transport -> {
                    open.incrementAndGet();
                    beginning.accept(transport);
                })
                .on(CONNECTION_LOST, transport -> open.decrementAndGet()));
        for (int i = 0; i < 300; i++) {
            ScriptedClient client = net().client(listener);
            ready.accept(client);
            client.send("x").reset();
        }
        net().turn();
        Await.until("all are lost", () -> open.get() == 0);
    }

    @Test
    void a_reset_by_the_peer_is_the_reason() {
        var server = new RecordingProtocol();
        net().client(server).reset();
        server.await(CONNECTION_LOST);
        assertTrue(server.reason() instanceof IOException);
    }

    @Test
    void after_close_a_reset_that_destroys_bytes_is_the_reason() {
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(mebibytes(8)));
            transport.close();
        });
        client.reset();
        server.await(CONNECTION_LOST);
        assertNotNull(server.reason());
    }

    @Test
    void a_reset_that_destroys_nothing_is_no_reason_after_close() {
        net().open(Loopback.OPTIONS.withLinger(Await.DEADLINE.multipliedBy(2)));
        var server = new RecordingProtocol();
        var client = net().client(server);
        server.act(Transport::close);
        assertEquals("", client.readToEnd());
        client.reset();
        server.await(CONNECTION_LOST);
        assertNull(server.reason());
    }

    @Test
    void once_the_connection_is_lost_every_method_does_nothing() {
        var server = parked();
        net().client(server).send("x");
        net().turn();
        server.act(Transport::abort);
        server.await(CONNECTION_LOST);
        server.act(transport -> {
            transport.resumeReading();
            transport.write(buffer("x"));
            transport.shutdownOutput();
            transport.close();
            transport.abort();
            transport.pauseReading();
        });
        net().turn();
        assertFalse(server.ask(Transport::isWritable));
        assertEquals(List.of(CONNECTION_MADE, CONNECTION_LOST), server.callbacks());
    }
}
