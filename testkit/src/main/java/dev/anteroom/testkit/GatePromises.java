package dev.anteroom.testkit;

import static dev.anteroom.testkit.Promises.mebibytes;
import static dev.anteroom.testkit.ScriptedClient.hash;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.PausingListener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A gate in front of the transport: the purpose of this library. */
abstract class GatePromises extends Promises {
    GatePromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void never_more_connections_are_served_at_once_than_the_limit() {
        var house = new House(3);
        Listener listener = net().listen(house.gated());
        var clients = IntStream.range(0, 30)
                .mapToObj(i -> net().client(listener).send("x"))
                .toList();
        for (ScriptedClient client : clients) {
            assertEquals("x", client.read(1));
            client.close();
        }
        Await.until("all have left", () -> house.gate.snapshot().active() == 0);
        assertEquals(3, house.peak.get());
        assertEquals(30, house.gate.snapshot().admitted());
    }

    @Test
    void waiting_connections_are_served_in_order_of_arrival() {
        var house = new House(1);
        Listener listener = net().listen(house.gated());
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(net().client(listener).send("" + i));
            house.awaitWaiting(i);
        }
        for (ScriptedClient client : clients) {
            client.read(1);
            client.close();
        }
        assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), house.requests);
    }

    @Test
    void what_a_connection_sent_while_it_waited_arrives_whole() {
        var house = new House(1);
        Listener listener = net().listen(house.gated());
        var served = net().client(listener);
        var waiting = net().client(listener);
        byte[] message = mebibytes(3);
        var sending = waiting.sendInBackground(message).thenRun(waiting::shutdownOutput);
        house.awaitWaiting(1);
        net().turn();
        served.close();
        assertEquals(hash(message), waiting.hashToEnd());
        Await.value(sending);
    }

    @Test
    void a_connection_that_is_refused_reads_the_busy_message_even_if_it_has_sent_a_request() {
        var house = new House(1, 0);
        Listener listener = net().listen(house.gated().busyMessage("come back later\n".getBytes(UTF_8)));
        net().client(listener).send("x").read(1);
        assertEquals(
                "come back later\n", net().client(listener).send("request\n").readToEnd());
    }

    @Test
    void a_waiting_connection_that_is_turned_away_reads_the_busy_message() {
        var house = new House(1);
        Listener listener = net().listen(house.gated().busyMessage("closed\n".getBytes(UTF_8)));
        net().client(listener).send("x").read(1);
        var waiting = net().client(listener).send("request\n");
        house.awaitWaiting(1);
        net().turn();
        house.gate.close();
        assertEquals("closed\n", waiting.readToEnd());
    }

    @Test
    void a_waiting_connection_that_half_closed_gets_its_answer_if_it_is_to_keep_its_place() {
        var house = new House(1);
        Listener listener = net().listen(house.gated().halfClose(HalfClose.KEEP));
        var served = net().client(listener).send("x");
        served.read(1);
        var waiting = net().client(listener).send("request").shutdownOutput();
        house.awaitWaiting(1);
        net().turn();
        served.close();
        assertEquals("request", waiting.readToEnd());
    }

    @Test
    void a_waiting_connection_that_half_closed_gives_up_its_place_otherwise() {
        var house = new House(1);
        Listener listener = net().listen(house.gated().halfClose(HalfClose.ABANDON));
        net().client(listener).send("x").read(1);
        var waiting = net().client(listener).send("request").shutdownOutput();
        assertEquals("", waiting.readToEnd());
        assertEquals(1, house.gate.snapshot().abandoned());
    }

    @Test
    void connections_that_leave_while_they_wait_are_counted_and_never_served() {
        var house = new House(1);
        Listener listener = net().listen(house.gated());
        var served = net().client(listener).send("x");
        served.read(1);
        var waiting = IntStream.range(0, 40)
                .mapToObj(i -> net().client(listener).send("line " + i + "\n"))
                .toList();
        house.awaitWaiting(40);
        waiting.subList(0, 20).forEach(ScriptedClient::close);
        waiting.subList(20, 30).forEach(ScriptedClient::reset);
        Await.until("30 have left", () -> house.gate.snapshot().abandoned() == 30);
        served.close();
        for (ScriptedClient client : waiting.subList(30, 40)) {
            client.read(1);
            client.close();
        }
        Await.until("all have left", () -> house.gate.snapshot().active() == 0);
        assertEquals(11, house.gate.snapshot().admitted());
        assertEquals(11, house.served.get());
    }

    @Test
    void while_the_room_is_full_newcomers_stay_in_the_backlog_if_they_are_to_be_held() {
        var house = new House(1, 2);
        Listener listener = net().keep(PausingListener.pauseWhenFull(house.gate, net().listen(house.gated())));
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(net().client(listener).send("" + i));
            house.awaitArrived(Math.min(i + 1, 3));
            net().turn();
        }
        assertEquals(3, house.gate.snapshot().arrived());
        for (ScriptedClient client : clients) {
            client.read(1);
            client.close();
        }
        assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7"), house.requests);
        assertEquals(0, house.gate.snapshot().refused());
    }

    @Test
    void of_a_crowd_held_back_everyone_is_served_and_nobody_refused() {
        net().open(Loopback.OPTIONS.withLoops(2));
        var house = new House(2, 4);
        Listener listener = net().keep(PausingListener.pauseWhenFull(house.gate, net().listen(house.gated())));
        var clients = IntStream.range(0, 40)
                .mapToObj(i -> net().client(listener).send("x"))
                .toList();
        // Each client has its own thread, because over two sockets on one port the first to arrive is not always the
        // first to be served.
        var answers = clients.stream()
                .map(client -> CompletableFuture.supplyAsync(() -> answer(client), task -> new Thread(task).start()))
                .toList();
        answers.forEach(answer -> assertEquals("x", Await.value(answer)));
        Await.until("all have left", () -> house.gate.snapshot().active() == 0);
        assertEquals(40, house.gate.snapshot().admitted());
        assertEquals(0, house.gate.snapshot().refused());
        assertEquals(2, house.peak.get());
    }

    private static String answer(ScriptedClient client) {
        try (client) {
            return client.read(1);
        }
    }

    @Test
    void a_listener_that_its_user_has_paused_stays_so_when_the_room_is_free_again() {
        var house = new House(1, 1);
        Listener listener = net().keep(PausingListener.pauseWhenFull(house.gate, net().listen(house.gated())));
        var served = net().client(listener).send("a");
        served.read(1);
        var waiting = net().client(listener).send("b");
        house.awaitArrived(2);
        net().turn();
        listener.pauseAccepting();
        served.close();
        waiting.read(1);
        var held = net().client(listener).send("c");
        net().turn();
        assertEquals(2, house.gate.snapshot().arrived());
        listener.resumeAccepting();
        house.awaitArrived(3);
        waiting.close();
        assertEquals("c", held.read(1));
    }

    @Test
    void a_protocol_that_fails_as_it_is_admitted_counts_until_it_is_told_that_the_connection_is_lost() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        var fault = new IllegalStateException("on purpose");
        var activeWhenLost = new CompletableFuture<Integer>();
        var failing = new RecordingProtocol()
                .on(RecordingProtocol.Callback.CONNECTION_MADE, transport -> {
                    throw fault;
                })
                .on(
                        RecordingProtocol.Callback.CONNECTION_LOST,
                        transport -> activeWhenLost.complete(gate.snapshot().active()));
        var protocols = new ArrayDeque<Protocol>(List.of(new Echo(), failing));
        Listener listener = net().listen(new GatedProtocolFactory(gate, remote -> protocols.remove()));
        var served = net().client(listener).send("x");
        served.read(1);
        var waiting = net().client(listener);
        Await.until("one waits", () -> gate.snapshot().waiting() == 1);
        served.close();
        assertTrue(waiting.isReset());
        assertEquals(1, Await.value(activeWhenLost));
        assertSame(fault, failing.reason());
        Await.until("the slot is free", () -> gate.snapshot().active() == 0);
    }

    /** A gate with an echo behind it that counts the connections served. */
    private static final class House {
        final AdmissionGate gate;
        final AtomicInteger served = new AtomicInteger();
        final AtomicInteger peak = new AtomicInteger();
        final List<String> requests = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger active = new AtomicInteger();

        House(int limit) {
            this(limit, 1000);
        }

        House(int limit, int maxWaiting) {
            gate = AdmissionGate.builder().limit(limit).maxWaiting(maxWaiting).build();
        }

        GatedProtocolFactory gated() {
            return new GatedProtocolFactory(gate, remote -> new Guest());
        }

        void awaitWaiting(int count) {
            Await.until(count + " wait", () -> gate.snapshot().waiting() == count);
        }

        void awaitArrived(int count) {
            Await.until(count + " have arrived", () -> gate.snapshot().arrived() == count);
        }

        private final class Guest implements Protocol {
            private final Echo echo = new Echo();

            @Override
            public void connectionMade(Transport transport) {
                served.incrementAndGet();
                peak.accumulateAndGet(active.incrementAndGet(), Math::max);
                echo.connectionMade(transport);
            }

            @Override
            public void dataReceived(ByteBuffer data) {
                requests.add(UTF_8.decode(data.duplicate()).toString());
                echo.dataReceived(data);
            }

            @Override
            public void connectionLost(@Nullable Throwable reason) {
                active.decrementAndGet();
            }
        }
    }
}
