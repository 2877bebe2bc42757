package dev.anteroom.testkit;

import static dev.anteroom.testkit.Promises.mebibytes;
import static dev.anteroom.testkit.Promises.parked;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static dev.anteroom.testkit.RecordingProtocol.Callback.DATA_RECEIVED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.INPUT_CLOSED;
import static dev.anteroom.testkit.ScriptedClient.hash;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.DelegatingProtocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every byte is delivered once and in order, and none while reading is paused. */
abstract class ReadingPromises extends Promises {
    ReadingPromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void every_byte_arrives_once_and_in_order() {
        var server = new RecordingProtocol();
        byte[] sent = mebibytes(4);
        net().client(server).send(sent);
        server.awaitReceived(sent.length);
        assertEquals(hash(sent), hash(server.received()));
    }

    @Test
    void pausing_in_connection_made_holds_back_the_first_byte() {
        var server = parked();
        net().client(server).send("x");
        net().turn();
        assertEquals(List.of(CONNECTION_MADE), server.callbacks());
    }

    @Test
    void what_was_held_back_is_delivered_on_resumption() {
        var server = parked();
        net().client(server).send("x");
        net().turn();
        server.act(Transport::resumeReading);
        server.await(DATA_RECEIVED);
        assertEquals("x", server.text());
    }

    @Test
    void megabytes_sent_while_parked_arrive_whole_after_resumption() {
        var server = parked();
        byte[] sent = mebibytes(6);
        var sending = net().client(server).sendInBackground(sent);
        net().turn();
        server.act(Transport::resumeReading);
        server.awaitReceived(sent.length);
        Await.value(sending);
        assertEquals(hash(sent), hash(server.received()));
    }

    @Test
    void what_was_read_ahead_comes_before_what_is_sent_later() {
        var server = parked();
        var client = net().client(server).send("first ");
        net().turn();
        server.act(transport -> {
            transport.resumeReading();
            client.send("then the rest");
        });
        server.awaitReceived(19);
        assertEquals("first then the rest", server.text());
    }

    @Test
    void pausing_again_and_again_loses_nothing() {
        var server = new RecordingProtocol().on(DATA_RECEIVED, transport -> {
            transport.pauseReading();
            transport.eventLoop().execute(transport::resumeReading);
        });
        byte[] sent = mebibytes(4);
        net().client(server).send(sent);
        server.awaitReceived(sent.length);
        assertEquals(hash(sent), hash(server.received()));
    }

    @Test
    void resuming_and_pausing_in_one_turn_delivers_nothing() {
        var server = parked();
        net().client(server).send("x");
        net().turn();
        server.act(transport -> {
            transport.resumeReading();
            transport.pauseReading();
        });
        net().turn();
        assertEquals(List.of(CONNECTION_MADE), server.callbacks());
    }

    @Test
    void pausing_and_resuming_twice_is_as_once() {
        var server = parked();
        net().client(server).send("x");
        net().turn();
        server.act(transport -> {
            transport.pauseReading();
            transport.resumeReading();
            transport.resumeReading();
        });
        server.await(DATA_RECEIVED);
        net().turn();
        assertEquals("x", server.text());
    }

    @Test
    void a_connection_is_reading_but_between_pause_and_resume() {
        var server = new RecordingProtocol();
        net().client(server);
        List<Boolean> reading = new ArrayList<>();
        server.act(transport -> {
            reading.add(transport.isReading());
            transport.pauseReading();
            reading.add(transport.isReading());
            transport.resumeReading();
            reading.add(transport.isReading());
        });
        assertEquals(List.of(true, false, true), reading);
    }

    @Test
    void tcp_itself_holds_back_a_peer_that_is_not_read() throws IOException {
        var server = parked();
        var listener = net().listen(remote -> server);
        SocketChannel client = net().keep(SocketChannel.open(listener.address()));
        client.configureBlocking(false);
        ByteBuffer data = ByteBuffer.wrap(mebibytes(1));
        long taken = 0;
        int refusals = 0;
        while (refusals < 10) {
            int count = client.write(data.rewind());
            taken += count;
            refusals = count == 0 ? refusals + 1 : 0;
            assertTrue(taken < 64 << 20, "64 MiB were taken and there is no end");
            net().turn();
        }
    }

    @Test
    void what_is_left_unread_while_pausing_comes_first_on_resumption() {
        var server = new RecordingProtocol();
        server.reading((transport, data) -> {
            if (server.receivedCount() == 0) {
                server.take(data.slice(data.position(), 1));
                data.get();
                transport.pauseReading();
            } else {
                server.take(data);
            }
        });
        var client = net().client(server).send("abc");
        server.awaitReceived(1);
        client.send("def");
        net().turn();
        assertEquals("a", server.text());
        server.act(Transport::resumeReading);
        server.awaitReceived(6);
        assertEquals("abcdef", server.text());
    }

    @Test
    void what_is_left_unread_while_pausing_and_resuming_is_kept_too() {
        var server = new RecordingProtocol();
        server.reading((transport, data) -> {
            server.take(data.slice(data.position(), 1));
            data.get();
            transport.pauseReading();
            transport.resumeReading();
        });
        net().client(server).send("abcdef");
        server.awaitReceived(6);
        assertEquals("abcdef", server.text());
    }

    @Test
    void any_amount_left_unread_while_pausing_is_kept() {
        var server = new RecordingProtocol();
        server.reading((transport, data) -> {
            int some = Math.min(data.remaining(), 1 + server.receivedCount() % 5000);
            server.take(data.slice(data.position(), some));
            data.position(data.position() + some);
            transport.pauseReading();
            transport.eventLoop().execute(transport::resumeReading);
        });
        byte[] sent = mebibytes(2);
        net().client(server).send(sent);
        server.awaitReceived(sent.length);
        assertEquals(hash(sent), hash(server.received()));
    }

    @Test
    void what_is_left_unread_without_pausing_is_gone() {
        var server = new RecordingProtocol();
        server.reading((transport, data) -> server.take(data.slice(data.position(), 1)));
        var client = net().client(server).send("abc");
        server.awaitReceived(1);
        client.send("def");
        server.awaitReceived(2);
        assertEquals("ad", server.text());
    }

    @Test
    void a_swap_while_parked_keeps_every_byte() {
        var real = new RecordingProtocol();
        var parked = parked();
        var server = new DelegatingProtocol(parked);
        byte[] sent = mebibytes(2);
        var sending = net().client(server).sendInBackground(sent);
        net().turn();
        parked.act(transport -> {
            transport.resumeReading();
            server.swap(real);
        });
        real.awaitReceived(sent.length);
        Await.value(sending);
        assertEquals(hash(sent), hash(real.received()));
        assertEquals(List.of(CONNECTION_MADE), parked.callbacks());
        assertEquals(List.of(CONNECTION_MADE, DATA_RECEIVED), real.callbacks());
    }

    @Test
    void a_swap_in_the_middle_of_data_received_keeps_every_byte() {
        var header = new RecordingProtocol();
        var body = parked();
        var server = new DelegatingProtocol(header);
        header.reading((transport, data) -> {
            header.take(data.slice(data.position(), 1));
            data.get();
            server.swap(body);
        });
        net().client(server).send("Hbody");
        body.await(CONNECTION_MADE);
        net().turn();
        assertEquals("", body.text());
        body.act(Transport::resumeReading);
        body.awaitReceived(4);
        assertEquals("H", header.text());
        assertEquals("body", body.text());
    }

    @Test
    void input_closed_comes_after_every_byte() {
        List<Integer> receivedBefore = new ArrayList<>();
        var server = new RecordingProtocol();
        server.on(INPUT_CLOSED, transport -> receivedBefore.add(server.receivedCount()));
        byte[] sent = mebibytes(2);
        net().client(server).send(sent).shutdownOutput();
        server.await(INPUT_CLOSED);
        assertEquals(List.of(sent.length), receivedBefore);
    }

    @Test
    void input_closed_comes_after_the_bytes_that_were_left_unread() {
        var server = new RecordingProtocol();
        server.reading((transport, data) -> {
            server.take(data.slice(data.position(), 1));
            data.get();
            transport.pauseReading();
            transport.eventLoop().execute(transport::resumeReading);
        });
        net().client(server).send("abcdef").shutdownOutput();
        server.await(INPUT_CLOSED);
        assertEquals("abcdef", server.text());
    }

    @Test
    void input_closed_comes_at_most_once() {
        var server = new RecordingProtocol();
        net().client(server).shutdownOutput();
        server.await(INPUT_CLOSED);
        server.act(transport -> {
            transport.pauseReading();
            transport.resumeReading();
        });
        net().turn();
        assertEquals(List.of(CONNECTION_MADE, INPUT_CLOSED), server.callbacks());
    }

    @Test
    void input_closed_comes_at_most_once_even_if_reading_is_paused_inside_it() {
        for (boolean resumes : new boolean[] {false, true}) {
            var server = new RecordingProtocol().on(INPUT_CLOSED, transport -> {
                transport.pauseReading();
                if (resumes) {
                    transport.resumeReading();
                }
            });
            net().client(server).send("x").shutdownOutput();
            server.await(INPUT_CLOSED);
            net().turn();
            server.act(Transport::resumeReading);
            net().turn();
            assertEquals(List.of(CONNECTION_MADE, DATA_RECEIVED, INPUT_CLOSED), server.callbacks());
        }
    }

    @Test
    void kept_bytes_are_reported_and_bounded() {
        var server = parked();
        var client = net().client(server).send("request");
        Await.until("seven bytes are kept, if it tells", () -> tells(server, 7));
        client.send(Promises.noise(64 * 1024));
        net().turn();
        int most = server.transport().bytesKept();
        assertTrue(most <= Loopback.OPTIONS.preReadBytes() + 1, () -> most + " bytes are kept");
        server.act(Transport::resumeReading);
        server.awaitReceived(7 + 64 * 1024);
        Await.until("none are kept any more", () -> tells(server, 0));
    }

    private static boolean tells(RecordingProtocol server, int bytes) {
        int kept = server.transport().bytesKept();
        return kept == bytes || kept == -1;
    }

    @Test
    void after_input_closed_the_connection_can_still_be_written_to() {
        var server = new RecordingProtocol();
        var client = net().client(server).send("question").shutdownOutput();
        server.await(INPUT_CLOSED);
        server.act(transport -> {
            transport.write(Promises.buffer("answer"));
            transport.close();
        });
        assertEquals("answer", client.readToEnd());
    }

    @Test
    void unless_overridden_input_closed_flushes_and_closes() {
        var client = net().client(new Echo());
        assertEquals("x", client.send("x").shutdownOutput().readToEnd());
        assertFalse(client.isReset());
    }
}
