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

/** A protocol that throws loses its own connection, never the loop. */
interface FailurePromises extends Promises {
    /** Tells a failure made here from any other. */
    RuntimeException MADE_TO_FAIL = new IllegalStateException("made to fail", null) {
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    };

    @Test
    default void throwing_from_connection_made_loses_that_connection_only() {
        CompletableFuture<ScriptedClient> connected = new CompletableFuture<>();
        var server = new RecordingProtocol().on(CONNECTION_MADE, transport -> {
            Await.value(connected);
            throw MADE_TO_FAIL;
        });
        connected.complete(net().client(server));
        assertLostAlone(server);
    }

    @Test
    default void throwing_from_data_received_loses_that_connection_only() {
        var server = failingIn(DATA_RECEIVED);
        net().client(server).send("x");
        assertLostAlone(server);
    }

    @Test
    default void throwing_from_input_closed_loses_that_connection_only() {
        var server = failingIn(INPUT_CLOSED);
        net().client(server).shutdownOutput();
        assertLostAlone(server);
    }

    @Test
    default void throwing_from_end_of_input_seen_loses_that_connection_only() {
        var server = failingIn(END_OF_INPUT_SEEN).on(CONNECTION_MADE, Transport::pauseReading);
        net().client(server).shutdownOutput();
        assertLostAlone(server);
    }

    @Test
    default void throwing_from_writability_changed_loses_that_connection_only() {
        var server = failingIn(WRITABILITY_CHANGED);
        net().slowClient(server);
        server.act(transport -> transport.write(ByteBuffer.wrap(mebibytes(8))));
        assertLostAlone(server);
    }

    @Test
    default void throwing_from_connection_lost_harms_nobody() {
        var server = failingIn(CONNECTION_LOST);
        var client = net().client(server);
        net().turn();
        client.reset();
        server.await(CONNECTION_LOST);
        net().turn();
        assertEquals(1, server.count(CONNECTION_LOST));
        assertNotSame(MADE_TO_FAIL, server.reason());
    }

    @Test
    default void throwing_after_close_still_tells_why() {
        var server = new RecordingProtocol().on(DATA_RECEIVED, transport -> {
            transport.close();
            throw MADE_TO_FAIL;
        });
        net().client(server).send("x");
        assertLostAlone(server);
    }

    @Test
    default void a_factory_that_throws_loses_that_connection_only() {
        CompletableFuture<ScriptedClient> connected = new CompletableFuture<>();
        var client = net().client(net().listen(remote -> {
            Await.value(connected);
            throw MADE_TO_FAIL;
        }));
        connected.complete(client);
        assertTrue(client.isReset());
        net().turn();
    }

    private static RecordingProtocol failingIn(RecordingProtocol.Callback callback) {
        return new RecordingProtocol().on(callback, transport -> {
            throw MADE_TO_FAIL;
        });
    }

    private void assertLostAlone(RecordingProtocol server) {
        server.await(CONNECTION_LOST);
        net().turn();
        assertEquals(1, server.count(CONNECTION_LOST));
        assertSame(MADE_TO_FAIL, server.reason());
    }
}
