package dev.anteroom.testkit;

import static dev.anteroom.testkit.Promises.buffer;
import static dev.anteroom.testkit.Promises.mebibytes;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.DATA_RECEIVED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.INPUT_CLOSED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.WRITABILITY_CHANGED;
import static dev.anteroom.testkit.ScriptedClient.hash;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Writes never block, and never buffer without bound. */
abstract class WritingPromises extends Promises {
    WritingPromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void every_kind_of_buffer_is_sent_and_left_with_nothing_remaining() {
        var server = new RecordingProtocol();
        var client = net().client(server);
        ByteBuffer direct = ByteBuffer.allocateDirect(6).put(buffer("direct")).flip();
        List<ByteBuffer> buffers = List.of(buffer("heap "), buffer("read-only ").asReadOnlyBuffer(), direct);
        server.act(transport -> buffers.forEach(transport::write));
        assertEquals("heap read-only direct", client.read(21));
        buffers.forEach(buffer -> assertFalse(buffer.hasRemaining()));
    }

    @Test
    void a_buffer_belongs_to_the_caller_again_on_return() {
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        byte[] message = mebibytes(8);
        String sent = hash(message);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(message));
            Arrays.fill(message, (byte) 0);
            transport.close();
        });
        assertEquals(sent, client.hashToEnd());
    }

    @Test
    void pending_bytes_are_sent_in_order() {
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        var sent = new ByteArrayOutputStream();
        server.act(transport -> {
            for (int i = 0; sent.size() < 12 << 20; i++) {
                byte[] piece = Promises.noise(i * 37 % 100_000);
                sent.writeBytes(piece);
                transport.write(ByteBuffer.wrap(piece));
            }
            transport.close();
        });
        assertEquals(hash(sent.toByteArray()), client.hashToEnd());
    }

    @Test
    void pending_bytes_are_sent_to_a_peer_that_has_shut_down() {
        byte[] message = mebibytes(12);
        var server = new RecordingProtocol().on(INPUT_CLOSED, transport -> {});
        var client = net().slowClient(server);
        client.shutdownOutput();
        server.await(INPUT_CLOSED);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(message));
            transport.close();
        });
        assertEquals(hash(message), client.hashToEnd());
    }

    @Test
    void writing_to_a_peer_that_does_not_read_does_not_block_the_loop() {
        var server = new RecordingProtocol();
        net().slowClient(server);
        server.act(transport -> transport.write(ByteBuffer.wrap(mebibytes(8))));
        net().turn();
    }

    @Test
    void past_the_high_water_mark_a_connection_is_not_writable() {
        var server = new RecordingProtocol();
        net().slowClient(server);
        assertTrue(server.ask(Transport::isWritable));
        assertFalse(server.ask(transport -> {
            transport.write(ByteBuffer.wrap(mebibytes(8)));
            return transport.isWritable();
        }));
        server.await(WRITABILITY_CHANGED);
        assertEquals(List.of(false), server.writability());
    }

    @Test
    void once_the_peer_has_taken_its_bytes_the_connection_is_writable_again() {
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        byte[] message = mebibytes(8);
        server.act(transport -> transport.write(ByteBuffer.wrap(message)));
        client.read(message.length);
        Await.until("it is writable again", () -> server.writability().equals(List.of(false, true)));
        assertTrue(server.ask(Transport::isWritable));
    }

    @Test
    void a_change_of_writability_is_reported_even_if_undone_at_once() {
        List<Boolean> said = Collections.synchronizedList(new ArrayList<>());
        var server = new RecordingProtocol().on(WRITABILITY_CHANGED, transport -> said.add(transport.isWritable()));
        var client = net().slowClient(server);
        ByteBuffer piece = ByteBuffer.allocate(16 * 1024);
        server.act(transport -> {
            int written = 0;
            while (transport.isWritable()) {
                transport.write(piece.clear());
                written += piece.capacity();
            }
            client.read(Math.max(0, written - Loopback.OPTIONS.highWaterMark() - piece.capacity()));
        });
        Await.until("it is told writable", () -> {
            List<Boolean> told = server.writability();
            return !told.isEmpty() && told.get(told.size() - 1);
        });
        Await.until("it was told what is", () -> said.equals(server.writability()));
    }

    @Test
    void a_write_that_finds_more_than_the_bound_pending_aborts() {
        net().open(Loopback.OPTIONS.withPendingBytes(64 * 1024, 128 * 1024));
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(mebibytes(8)));
            transport.write(buffer("x"));
        });
        server.await(CONNECTION_LOST);
        assertNotNull(server.reason());
        assertTrue(client.isReset());
    }

    /**
     * Checks the bound. If a connection is not writable, part of the last piece is pending, so the number of pending
     * bytes is known except for the length of a piece. Another piece allows for what a transport may count for each
     * write besides.
     */
    @Test
    void the_bound_of_pending_bytes_can_be_set() {
        int bound = 64 * 1024;
        net().open(Loopback.OPTIONS.withPendingBytes(1, bound));
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        ByteBuffer piece = ByteBuffer.allocate(1024);
        Await.until("the kernel takes no more", () -> {
            server.act(transport -> {
                while (transport.isWritable()) {
                    transport.write(piece.clear());
                }
            });
            net().turn();
            return !server.ask(Transport::isWritable);
        });
        server.act(transport -> {
            transport.write(ByteBuffer.allocate(bound - 2 * piece.capacity()));
            transport.write(piece.clear());
        });
        net().turn();
        assertEquals(0, server.count(CONNECTION_LOST), "lost at the bound");
        server.act(transport -> {
            for (int i = 0; i < 8; i++) {
                transport.write(piece.clear());
            }
        });
        server.await(CONNECTION_LOST);
        assertNotNull(server.reason());
        assertTrue(client.isReset());
    }

    @Test
    void one_write_may_pass_the_bound() {
        net().open(Loopback.OPTIONS.withPendingBytes(64 * 1024, 128 * 1024));
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
    void nothing_is_written_after_the_output_is_shut_down() {
        var server = new RecordingProtocol();
        var client = net().client(server);
        ByteBuffer late = buffer("late");
        server.act(transport -> {
            transport.write(buffer("in time"));
            transport.shutdownOutput();
            transport.write(late);
        });
        assertEquals("in time", client.readToEnd());
        assertFalse(late.hasRemaining());
        assertFalse(server.ask(Transport::isWritable));
    }

    @Test
    void nothing_is_written_after_close() {
        var server = new RecordingProtocol();
        var client = net().client(server);
        ByteBuffer late = buffer("late");
        server.act(transport -> {
            transport.write(buffer("in time"));
            transport.close();
            transport.write(late);
        });
        assertEquals("in time", client.readToEnd());
        assertFalse(late.hasRemaining());
        assertFalse(server.ask(Transport::isWritable));
    }

    @Test
    void shutting_the_output_down_sends_the_pending_bytes_first() {
        var server = new RecordingProtocol();
        var client = net().slowClient(server);
        byte[] message = mebibytes(8);
        server.act(transport -> {
            transport.write(ByteBuffer.wrap(message));
            transport.shutdownOutput();
        });
        assertEquals(hash(message), client.hashToEnd());
    }

    @Test
    void reading_goes_on_after_the_output_is_shut_down() {
        var server = new RecordingProtocol();
        var client = net().client(server);
        server.act(Transport::shutdownOutput);
        assertEquals("", client.readToEnd());
        client.send("x");
        server.await(DATA_RECEIVED);
        assertEquals("x", server.text());
    }

    /**
     * A relay that pauses its source while its sink is not writable. The bound leaves no room for a relay that is not
     * obeyed at once: bytes that are delivered in spite of the pause, or a late change of writability, end in an abort.
     */
    @Test
    void a_relay_to_a_slow_reader_keeps_what_is_pending_bounded() throws IOException {
        assumeConnects();
        net().open(Loopback.OPTIONS.withPendingBytes(64 * 1024, 64 * 1024));
        SocketAddress address = net().anyAddress();
        try (ServerSocketChannel server = Loopback.serverChannel(address)) {
            server.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            server.bind(address);
            SocketAddress serverAddress = server.getLocalAddress();
            var sink = new Sink();
            var source = new Source(sink);
            sink.source = source;
            var client = net().client(source);
            CompletableFuture<?> connected =
                    source.made.thenCompose(transport -> transport.eventLoop().connect(serverAddress, sink));
            byte[] sent = mebibytes(32);
            var sending = client.sendInBackground(sent).thenRun(client::shutdownOutput);
            try (SocketChannel reader = server.accept()) {
                Await.value(connected);
                Await.until("the sink is full", () -> sink.wasFull);
                net().turn();
                assertEquals(hash(sent), hash(Channels.newInputStream(reader).readAllBytes()));
            }
            Await.value(sending);
        }
    }

    /** The input end of a relay, which reads while the sink is writable. */
    private static final class Source implements Protocol {
        private final Sink sink;
        final CompletableFuture<Transport> made = new CompletableFuture<>();

        Source(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void connectionMade(Transport transport) {
            transport.pauseReading();
            made.complete(transport);
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            sink.transport().write(data);
            if (!sink.transport().isWritable()) {
                made.join().pauseReading();
            }
        }

        @Override
        public void inputClosed(Transport transport) {
            sink.transport().close();
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }

    /** The output end of a relay. */
    private static final class Sink implements Protocol {
        private @Nullable Transport transport;

        @Nullable
        Source source;

        volatile boolean wasFull;

        Transport transport() {
            return Objects.requireNonNull(transport);
        }

        @Override
        public void connectionMade(Transport transport) {
            this.transport = transport;
            writabilityChanged(true);
        }

        @Override
        public void dataReceived(ByteBuffer data) {}

        @Override
        public void writabilityChanged(boolean writable) {
            wasFull |= !writable;
            if (writable && source != null) {
                source.made.join().resumeReading();
            }
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }
}
