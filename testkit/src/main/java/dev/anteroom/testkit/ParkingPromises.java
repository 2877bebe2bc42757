package dev.anteroom.testkit;

import static dev.anteroom.testkit.Promises.noise;
import static dev.anteroom.testkit.Promises.parked;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static dev.anteroom.testkit.RecordingProtocol.Callback.DATA_RECEIVED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.END_OF_INPUT_SEEN;
import static dev.anteroom.testkit.RecordingProtocol.Callback.INPUT_CLOSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.protocol.Transport;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** While reading is paused, a departed peer is noticed, and no byte is lost. */
abstract class ParkingPromises extends Promises {
    /** More bytes than are read ahead, but fewer than the kernel takes from a peer that is not read. */
    private static final int MORE_THAN_IS_READ_AHEAD = 64 * 1024;

    ParkingPromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void a_close_behind_no_bytes_is_noticed() {
        var server = parked();
        net().client(server).close();
        server.await(END_OF_INPUT_SEEN);
    }

    @Test
    void a_close_behind_a_request_is_noticed() {
        var server = parked();
        net().client(server).send("request").close();
        server.await(END_OF_INPUT_SEEN);
        assertEquals(List.of(CONNECTION_MADE, END_OF_INPUT_SEEN), server.callbacks());
    }

    @Test
    void a_close_behind_exactly_the_bound_is_noticed() {
        var server = parked();
        net().client(server).send(noise(Loopback.OPTIONS.preReadBytes())).close();
        server.await(END_OF_INPUT_SEEN);
    }

    @Test
    void a_peer_that_closes_long_after_its_request_is_noticed() {
        var server = parked();
        var client = net().client(server).send("request");
        net().turn();
        client.close();
        server.await(END_OF_INPUT_SEEN);
    }

    @Test
    void a_close_behind_more_than_the_bound_is_noticed() {
        assumeTrue(suite().noticesEndBehindUnreadBytes());
        var server = parked();
        net().client(server).send(noise(MORE_THAN_IS_READ_AHEAD)).close();
        server.await(END_OF_INPUT_SEEN);
    }

    @Test
    void what_a_noticed_peer_sent_is_still_delivered_in_order() {
        var server = parked();
        net().client(server).send("request").shutdownOutput();
        server.await(END_OF_INPUT_SEEN);
        server.act(Transport::resumeReading);
        server.await(INPUT_CLOSED);
        assertEquals("request", server.text());
        assertEquals(List.of(CONNECTION_MADE, END_OF_INPUT_SEEN, DATA_RECEIVED, INPUT_CLOSED), server.callbacks());
    }

    @Test
    void the_end_of_input_is_seen_at_most_once() {
        var server = parked();
        net().client(server).send("request").shutdownOutput();
        server.await(END_OF_INPUT_SEEN);
        server.act(transport -> {
            transport.resumeReading();
            transport.pauseReading();
        });
        net().turn();
        assertEquals(List.of(CONNECTION_MADE, END_OF_INPUT_SEEN), server.callbacks());
    }

    @Test
    void the_end_of_input_is_not_announced_while_reading() {
        var server = new RecordingProtocol();
        net().client(server).send("request").shutdownOutput();
        server.await(INPUT_CLOSED);
        assertEquals(List.of(CONNECTION_MADE, DATA_RECEIVED, INPUT_CLOSED), server.callbacks());
    }

    @Test
    void a_parked_peer_that_half_closed_gets_its_answer() {
        var server = parked();
        server.on(INPUT_CLOSED, transport -> {
            transport.write(Promises.buffer("answer to " + server.text()));
            transport.close();
        });
        var client = net().client(server).send("request").shutdownOutput();
        server.await(END_OF_INPUT_SEEN);
        server.act(Transport::resumeReading);
        assertEquals("answer to request", client.readToEnd());
    }

    @Test
    void a_reset_having_sent_nothing_is_noticed() {
        var server = parked();
        net().client(server).reset();
        assertLostWithReason(server);
    }

    @Test
    void a_reset_having_sent_a_request_is_noticed() {
        var server = parked();
        net().client(server).send("request").reset();
        assertLostWithReason(server);
        assertTrue(server.text().isEmpty());
    }

    @Test
    void a_reset_having_sent_just_as_much_as_is_read_ahead_is_noticed() {
        var server = parked();
        net().client(server).send(noise(Loopback.OPTIONS.preReadBytes())).reset();
        assertLostWithReason(server);
    }

    @Test
    void a_reset_long_after_the_request_is_noticed() {
        var server = parked();
        var client = net().client(server).send("request");
        net().turn();
        client.reset();
        assertLostWithReason(server);
    }

    @Test
    void a_reset_behind_the_end_of_input_is_noticed() {
        var server = parked();
        var client = net().client(server).send("request").shutdownOutput();
        server.await(END_OF_INPUT_SEEN);
        client.reset();
        assertLostWithReason(server);
    }

    @Test
    void a_reset_behind_more_bytes_than_are_read_ahead_is_noticed() {
        assumeTrue(suite().noticesResetBehindUnreadBytes());
        var server = parked();
        var client = net().client(server).send(noise(MORE_THAN_IS_READ_AHEAD));
        net().turn();
        client.reset();
        assertLostWithReason(server);
    }

    /**
     * Lets each peer depart after the previous departure was noticed, so that a transport that checks only once fails.
     */
    @Test
    void resets_behind_the_end_of_input_are_noticed_in_turn() {
        assertNoticedInTurn(client -> client.send("request").shutdownOutput());
    }

    @Test
    void resets_behind_more_than_the_bound_are_noticed_in_turn() {
        assumeTrue(suite().noticesResetBehindUnreadBytes());
        assertNoticedInTurn(client -> client.send(noise(MORE_THAN_IS_READ_AHEAD)));
    }

    private void assertNoticedInTurn(Consumer<ScriptedClient> beginning) {
        for (int round = 0; round < 2; round++) {
            List<RecordingProtocol> servers =
                    Stream.generate(Promises::parked).limit(3).toList();
            var clients = servers.stream().map(net()::client).toList();
            clients.forEach(beginning);
            net().turn();
            for (int i = 0; i < servers.size(); i++) {
                clients.get(i).reset();
                assertLostWithReason(servers.get(i));
            }
        }
    }

    private static void assertLostWithReason(RecordingProtocol server) {
        server.await(CONNECTION_LOST);
        assertNotNull(server.reason());
    }
}
