package dev.anteroom.testkit;

import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static dev.anteroom.testkit.RecordingProtocol.Callback.DATA_RECEIVED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.END_OF_INPUT_SEEN;
import static dev.anteroom.testkit.RecordingProtocol.Callback.INPUT_CLOSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class FakeTransportTest {
    private final FakeEventLoop loop = new FakeEventLoop();
    private final FakeTransport transport = new FakeTransport(loop);
    private final RecordingProtocol protocol = new RecordingProtocol();

    @Test
    void bytes_go_both_ways() {
        transport.open(new Echo());
        transport.receive("there and back");
        assertEquals("there and back", transport.written());
    }

    @Test
    void bytes_that_arrive_while_paused_are_delivered_later() {
        protocol.on(CONNECTION_MADE, Transport::pauseReading);
        transport.open(protocol);
        transport.receive("a");
        transport.receive("b");
        transport.resumeReading();
        assertEquals("", protocol.text());
        loop.runPending();
        assertEquals("ab", protocol.text());
    }

    @Test
    void what_is_left_unread_while_pausing_comes_first() {
        protocol.reading((connection, data) -> {
            protocol.take(data.slice(data.position(), 1));
            data.get();
            connection.pauseReading();
        });
        transport.open(protocol);
        transport.receive("ab");
        transport.receive("c");
        assertEquals("a", protocol.text());
        transport.resumeReading();
        loop.runPending();
        assertEquals("ab", protocol.text());
    }

    @Test
    void the_end_of_input_is_seen_while_paused_and_closes_the_input_afterwards() {
        protocol.on(CONNECTION_MADE, Transport::pauseReading);
        transport.open(protocol);
        transport.receive("x");
        transport.endInput();
        transport.resumeReading();
        loop.runPending();
        assertEquals(List.of(CONNECTION_MADE, END_OF_INPUT_SEEN, DATA_RECEIVED, INPUT_CLOSED), protocol.callbacks());
    }

    @Test
    void when_both_sides_have_shut_down_the_connection_has_ended() {
        protocol.on(INPUT_CLOSED, Transport::shutdownOutput);
        transport.open(protocol);
        transport.endInput();
        loop.runPending();
        assertEquals(List.of(CONNECTION_MADE, INPUT_CLOSED, CONNECTION_LOST), protocol.callbacks());
        assertNull(protocol.reason());
    }

    @Test
    void a_peer_that_takes_nothing_makes_it_unwritable_until_it_does() {
        transport.open(protocol);
        transport.stall();
        transport.write(ByteBuffer.allocate(100_000));
        assertFalse(transport.isWritable());
        loop.runPending();
        assertEquals(100_000, transport.pendingBytes());
        transport.drain();
        loop.runPending();
        assertEquals(List.of(false, true), protocol.writability());
        assertEquals(100_000, transport.written().length());
    }

    @Test
    void close_ends_when_the_pending_bytes_are_taken() {
        transport.open(protocol);
        transport.stall();
        transport.write(ByteBuffer.allocate(10));
        transport.close();
        loop.runPending();
        assertEquals(List.of(CONNECTION_MADE), protocol.callbacks());
        transport.drain();
        loop.runPending();
        assertTrue(transport.isClosed());
        assertEquals(List.of(CONNECTION_MADE, CONNECTION_LOST), protocol.callbacks());
    }

    @Test
    void abort_comes_from_no_callback() {
        protocol.on(CONNECTION_MADE, Transport::abort);
        transport.open(protocol);
        assertTrue(transport.isAborted());
        loop.runPending();
        assertFalse(protocol.wasCalledFromInside());
        assertEquals(List.of(CONNECTION_MADE, CONNECTION_LOST), protocol.callbacks());
    }

    @Test
    void a_reset_is_the_reason() {
        transport.open(protocol);
        IOException reason = new IOException("reset");
        transport.reset(reason);
        assertSame(reason, protocol.reason());
    }

    @Test
    void a_protocol_that_throws_loses_its_connection() {
        RuntimeException failure = new IllegalStateException("made to fail");
        protocol.on(DATA_RECEIVED, connection -> {
            throw failure;
        });
        transport.open(protocol);
        transport.receive("x");
        loop.runPending();
        assertSame(failure, protocol.reason());
        assertTrue(transport.isAborted());
    }

    @Test
    void connecting_ends_as_the_test_decides() {
        var made = loop.connect(transport.remoteAddress(), protocol);
        var failed = loop.connect(transport.remoteAddress(), new Echo());
        assertSame(loop.attempts().get(0).succeed(), made.join());
        loop.attempts().get(1).fail(new IOException("refused"));
        assertEquals(List.of(CONNECTION_MADE), protocol.callbacks());
        assertTrue(failed.isCompletedExceptionally());
    }

    @Test
    void time_passes_when_the_test_says_so() {
        List<String> ran = new ArrayList<>();
        loop.schedule(Duration.ofSeconds(2), () -> ran.add("two"));
        loop.schedule(Duration.ofSeconds(1), () -> ran.add("one"));
        loop.schedule(Duration.ofSeconds(1), () -> ran.add("cancelled")).cancel();
        loop.advance(Duration.ofMillis(1999));
        assertEquals(List.of("one"), ran);
        loop.advance(Duration.ofMillis(1));
        assertEquals(List.of("one", "two"), ran);
    }

    @Test
    void a_closed_loop_takes_no_task() {
        loop.close();
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
    }
}
