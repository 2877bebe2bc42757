package dev.anteroom.testkit;

import static dev.anteroom.testkit.Promises.mebibytes;
import static dev.anteroom.testkit.Promises.parked;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static dev.anteroom.testkit.RecordingProtocol.Callback.DATA_RECEIVED;
import static dev.anteroom.testkit.RecordingProtocol.Callback.END_OF_INPUT_SEEN;
import static dev.anteroom.testkit.RecordingProtocol.Callback.INPUT_CLOSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The callbacks of a connection: their order, their thread, and that only the loop calls them. */
abstract class ConnectionPromises extends Promises {
    ConnectionPromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void connection_made_comes_first_and_connection_lost_last() {
        var server = new RecordingProtocol().on(INPUT_CLOSED, Transport::close);
        net().client(server).send("x").close();
        server.await(CONNECTION_LOST);
        assertEquals(List.of(CONNECTION_MADE, DATA_RECEIVED, INPUT_CLOSED, CONNECTION_LOST), server.callbacks());
    }

    @Test
    void connection_lost_comes_exactly_once() {
        var server = new RecordingProtocol();
        var client = net().client(server);
        server.act(transport -> {
            transport.close();
            transport.abort();
            transport.abort();
        });
        client.reset();
        server.await(CONNECTION_LOST);
        net().turn();
        assertEquals(List.of(CONNECTION_MADE, CONNECTION_LOST), server.callbacks());
    }

    @Test
    void every_callback_of_a_connection_runs_on_its_one_loop() {
        net().open(Loopback.OPTIONS.withLoops(2));
        for (int i = 0; i < 10; i++) {
            Set<Boolean> onItsLoop = ConcurrentHashMap.newKeySet();
            Consumer<Transport> look =
                    transport -> onItsLoop.add(transport.eventLoop().inEventLoop());
            var server = new RecordingProtocol();
            for (var callback : RecordingProtocol.Callback.values()) {
                server.on(callback, look);
            }
            var client = net().slowClient(server);
            client.send("x");
            server.act(transport -> transport.write(ByteBuffer.wrap(mebibytes(8))));
            server.await(RecordingProtocol.Callback.WRITABILITY_CHANGED);
            client.shutdownOutput();
            server.await(INPUT_CLOSED);
            client.reset();
            server.await(CONNECTION_LOST);
            assertEquals(1, server.threads().size());
            assertEquals(Set.of(true), onItsLoop);
        }
    }

    @Test
    void connections_are_spread_over_the_loops() {
        net().open(Loopback.OPTIONS.withLoops(2));
        BlockingQueue<RecordingProtocol> made = new LinkedBlockingQueue<>();
        Listener server = net().listen(remote -> {
            var protocol = new RecordingProtocol();
            made.add(protocol);
            return protocol;
        });
        for (int i = 0; i < 64; i++) {
            net().client(server);
        }
        Await.until("all are accepted", () -> made.size() == 64);
        Set<EventLoop> used = ConcurrentHashMap.newKeySet();
        made.forEach(protocol -> used.add(protocol.transport().eventLoop()));
        assertEquals(Set.copyOf(net().loops().loops()), used);
    }

    @Test
    void resuming_calls_nothing_back_from_inside() {
        var server = parked();
        net().client(server).send("x").shutdownOutput();
        server.await(END_OF_INPUT_SEEN);
        server.act(Transport::resumeReading);
        server.await(INPUT_CLOSED);
        assertFalse(server.wasCalledFromInside());
    }

    @Test
    void writing_calls_nothing_back_from_inside() {
        var server = new RecordingProtocol();
        net().slowClient(server);
        server.act(transport -> transport.write(ByteBuffer.wrap(mebibytes(8))));
        server.await(RecordingProtocol.Callback.WRITABILITY_CHANGED);
        assertFalse(server.wasCalledFromInside());
    }

    @Test
    void writing_to_a_broken_connection_calls_nothing_back_from_inside() {
        assumeTcp();
        var server = parked();
        var client = net().client(server);
        server.act(transport -> {
            client.reset();
            transport.write(Promises.buffer("x"));
            transport.write(Promises.buffer("y"));
        });
        server.await(CONNECTION_LOST);
        assertFalse(server.wasCalledFromInside());
    }

    @Test
    void ending_calls_nothing_back_from_inside() {
        List<Consumer<Transport>> endings = List.of(Transport::shutdownOutput, Transport::close, Transport::abort);
        for (Consumer<Transport> ending : endings) {
            var server = new RecordingProtocol();
            net().client(server).shutdownOutput();
            server.await(INPUT_CLOSED);
            server.act(ending);
            server.await(CONNECTION_LOST);
            assertFalse(server.wasCalledFromInside());
        }
    }

    @Test
    void the_factory_gets_the_address_of_the_client() {
        List<Object> told = new ArrayList<>();
        var server = new RecordingProtocol();
        Listener listener = net().listen(remote -> {
            told.add(remote);
            return server;
        });
        var client = net().client(listener);
        server.await(CONNECTION_MADE);
        assertEquals(List.of(client.address()), told);
    }

    @Test
    void both_addresses_are_known_even_after_the_loss() {
        var server = new RecordingProtocol();
        Listener listener = net().listen(remote -> server);
        var client = net().client(listener);
        server.act(Transport::abort);
        server.await(CONNECTION_LOST);
        assertEquals(client.address(), server.transport().remoteAddress());
        assertEquals(listener.address(), server.transport().localAddress());
    }

    @Test
    void a_connection_knows_its_loop() {
        var server = new RecordingProtocol();
        net().client(server);
        assertSame(net().loop(), server.transport().eventLoop());
        assertTrue(server.ask(transport -> transport.eventLoop().inEventLoop()));
    }
}
