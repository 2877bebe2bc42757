package dev.anteroom.testkit;

import static dev.anteroom.testkit.Promises.mebibytes;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static dev.anteroom.testkit.RecordingProtocol.Callback.DATA_RECEIVED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.END_OF_INPUT_SEEN;
import static dev.anteroom.testkit.RecordingProtocol.Callback.INPUT_CLOSED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.WRITABILITY_CHANGED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A protocol that throws loses its own connection, and never ends the loop. */
abstract class FailurePromises extends Promises {
    private final RuntimeException madeToFail = new IllegalStateException("made to fail");

    FailurePromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void throwing_from_connection_made_loses_that_connection_only() {
        CompletableFuture<ScriptedClient> connected = new CompletableFuture<>();
        var server = new RecordingProtocol().on(CONNECTION_MADE, transport -> {
            Await.value(connected);
            throw madeToFail;
        });
        connected.complete(net().client(server));
        assertLostAlone(server);
    }

    @Test
    void throwing_from_data_received_loses_that_connection_only() {
        var server = failingIn(DATA_RECEIVED);
        net().client(server).send("x");
        assertLostAlone(server);
    }

    @Test
    void throwing_from_input_closed_loses_that_connection_only() {
        var server = failingIn(INPUT_CLOSED);
        net().client(server).shutdownOutput();
        assertLostAlone(server);
    }

    @Test
    void throwing_from_end_of_input_seen_loses_that_connection_only() {
        var server = failingIn(END_OF_INPUT_SEEN).on(CONNECTION_MADE, Transport::pauseReading);
        net().client(server).shutdownOutput();
        assertLostAlone(server);
    }

    @Test
    void throwing_from_writability_changed_loses_that_connection_only() {
        var server = failingIn(WRITABILITY_CHANGED);
        net().slowClient(server);
        server.act(transport -> transport.write(ByteBuffer.wrap(mebibytes(8))));
        assertLostAlone(server);
    }

    @Test
    void throwing_from_connection_lost_does_no_harm() {
        var server = failingIn(CONNECTION_LOST);
        var client = net().client(server);
        net().turn();
        client.reset();
        server.await(CONNECTION_LOST);
        net().turn();
        assertEquals(1, server.count(CONNECTION_LOST));
        assertNotSame(madeToFail, server.reason());
    }

    @Test
    void throwing_after_close_is_still_the_reason() {
        var server = new RecordingProtocol().on(DATA_RECEIVED, transport -> {
            transport.close();
            throw madeToFail;
        });
        net().client(server).send("x");
        assertLostAlone(server);
    }

    @Test
    void a_factory_that_throws_loses_that_connection_only() {
        CompletableFuture<ScriptedClient> connected = new CompletableFuture<>();
        var client = net().client(net().listen(remote -> {
            Await.value(connected);
            throw madeToFail;
        }));
        connected.complete(client);
        assertTrue(client.isReset());
        net().turn();
    }

    private RecordingProtocol failingIn(RecordingProtocol.Callback callback) {
        return new RecordingProtocol().on(callback, transport -> {
            throw madeToFail;
        });
    }

    private void assertLostAlone(RecordingProtocol server) {
        server.await(CONNECTION_LOST);
        net().turn();
        assertEquals(1, server.count(CONNECTION_LOST));
        assertSame(madeToFail, server.reason());
    }
}
