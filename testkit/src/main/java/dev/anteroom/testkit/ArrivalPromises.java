package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateListener;
import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.PausingListener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Several loops behind one listener: connections begin in order of arrival, and no loop delays the connections of the
 * others.
 */
abstract class ArrivalPromises extends Promises {
    private static final int LOOPS = 3;
    private static final int CLIENTS = 100;

    private final List<CountDownLatch> blocks = new ArrayList<>();
    private final List<SocketAddress> began = Collections.synchronizedList(new ArrayList<>());

    ArrivalPromises(TransportSuite suite) {
        super(suite);
    }

    @BeforeEach
    final void openLoops() {
        net().open(Loopback.OPTIONS.withLoops(LOOPS));
    }

    /** Runs before the network is closed, which waits for the loops. */
    @AfterEach
    final void unblock() {
        blocks.forEach(CountDownLatch::countDown);
    }

    @Test
    void connections_begin_in_order_of_arrival() {
        Listener listener = net().listen(noting());
        assertBeginInOrder(addresses(connect(listener, CLIENTS)));
    }

    @Test
    void waiting_connections_are_served_in_order_of_arrival() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        Listener listener = net().listen(new GatedProtocolFactory(gate, noting()));
        assertServedInOrder(connect(listener, CLIENTS));
    }

    @Test
    void connections_begin_in_order_while_every_loop_is_busy() {
        Listener listener = net().listen(noting());
        AtomicBoolean over = new AtomicBoolean();
        net().loops().loops().forEach(loop -> loop.execute(() -> keepBusy(loop, over)));
        try {
            assertBeginInOrder(addresses(connect(listener, CLIENTS)));
        } finally {
            over.set(true);
        }
    }

    @Test
    void connections_begin_in_order_when_accepting_goes_on_after_a_pause() {
        Listener listener = net().listen(noting());
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.addAll(connect(listener, 10));
            listener.pauseAccepting();
            clients.addAll(connect(listener, 10));
            listener.resumeAccepting();
        }
        assertBeginInOrder(addresses(clients));
    }

    @Test
    void the_backlog_of_a_channel_begins_in_order() throws IOException {
        assumeTrue(suite().listensOnChannels());
        SocketAddress address = net().anyAddress();
        try (ServerSocketChannel channel = Loopback.serverChannel(address)) {
            channel.bind(address);
            List<SocketAddress> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(connect(channel.getLocalAddress()).address());
            }
            net().loops().listen(channel, noting());
            for (int i = 0; i < 20; i++) {
                clients.add(connect(channel.getLocalAddress()).address());
            }
            assertBeginInOrder(clients);
        }
    }

    /** Blocks each loop in turn, because any loop may be the one that would have accepted. */
    @Test
    void newcomers_are_served_in_order_although_a_loop_is_blocked() {
        for (EventLoop loop : net().loops().loops()) {
            began.clear();
            Listener listener = net().listen(noting());
            CountDownLatch block = block(loop);
            List<ScriptedClient> clients = connect(listener, 10);
            clients.forEach(client -> assertEquals("x", client.send("x").read(1)));
            assertEquals(addresses(clients), began);
            block.countDown();
        }
    }

    @Test
    void newcomers_are_served_although_all_loops_but_one_are_blocked() {
        Listener listener = net().listen(noting());
        connect(listener, LOOPS);
        net().loops().loops().subList(1, LOOPS).forEach(this::block);
        connect(listener, 10)
                .forEach(client -> assertEquals("x", client.send("x").read(1)));
    }

    @Test
    void a_protocol_that_blocks_in_a_callback_delays_no_newcomer_for_long() {
        CountDownLatch block = keepBlock();
        var blocked = new CompletableFuture<Void>();
        Listener listener = net().listen(remote -> new Noting(remote) {
            @Override
            public void dataReceived(ByteBuffer data) {
                if (data.get(data.position()) == 'b') {
                    blocked.complete(null);
                    await(block);
                }
                super.dataReceived(data);
            }
        });
        net().client(listener).send("b");
        Await.value(blocked);
        connect(listener, 10)
                .forEach(client -> assertEquals("x", client.send("x").read(1)));
    }

    @Test
    void an_admitted_protocol_that_blocks_as_it_starts_delays_no_newcomer_for_long() {
        CountDownLatch block = keepBlock();
        AdmissionGate gate = AdmissionGate.builder().limit(100).build();
        var first = new AtomicInteger();
        Listener listener = net().listen(new GatedProtocolFactory(gate, remote -> new Noting(remote) {
            @Override
            public void connectionMade(Transport transport) {
                super.connectionMade(transport);
                if (first.getAndIncrement() == 0) {
                    await(block);
                }
            }
        }));
        net().client(listener);
        Await.until("the first has begun", () -> began.size() == 1);
        connect(listener, 10)
                .forEach(client -> assertEquals("x", client.send("x").read(1)));
    }

    @Test
    void a_factory_that_throws_ends_its_own_connection_alone() {
        var asked = new AtomicInteger();
        Listener listener = net().listen(remote -> {
            if (asked.getAndIncrement() % 2 == 0) {
                throw new IllegalStateException("on purpose");
            }
            return new Noting(remote);
        });
        for (int i = 0; i < 10; i++) {
            connectInVain(listener);
            assertEquals("x", net().client(listener).send("x").read(1));
        }
    }

    private void connectInVain(Listener listener) {
        try {
            assertTrue(net().client(listener).isReset());
        } catch (UncheckedIOException e) {
            // The connection was reset already.
        }
    }

    @Test
    void connections_that_stay_are_spread_over_the_loops() {
        Map<EventLoop, Integer> served = Collections.synchronizedMap(new HashMap<>());
        Listener listener = net().listen(remote -> new Noting(remote) {
            @Override
            public void connectionMade(Transport transport) {
                served.merge(transport.eventLoop(), 1, Integer::sum);
                super.connectionMade(transport);
            }
        });
        connect(listener, CLIENTS);
        Await.until("all have begun", () -> began.size() == CLIENTS);
        int fairShare = CLIENTS / LOOPS;
        net().loops().loops().forEach(loop -> {
            int share = served.getOrDefault(loop, 0);
            assertTrue(share > fairShare / 2 && share < 2 * fairShare, () -> "one loop serves " + share);
        });
    }

    @Test
    void a_room_that_is_full_takes_nobody_more_from_any_loop() {
        int places = 5;
        var built = new CompletableFuture<AdmissionGate>();
        var mostWaiting = new AtomicInteger();
        AdmissionGate gate = AdmissionGate.builder()
                .limit(1)
                .maxWaiting(places)
                .listener(new GateListener() {
                    @Override
                    public void arrived(Admission admission) {
                        mostWaiting.accumulateAndGet(built.join().snapshot().waiting(), Math::max);
                    }
                })
                .build();
        built.complete(gate);
        Listener listener =
                net().keep(PausingListener.pauseWhenFull(gate, net().listen(new GatedProtocolFactory(gate, noting()))));
        assertServedInOrder(connect(listener, CLIENTS));
        assertEquals(places, mostWaiting.get());
        assertEquals(0, gate.snapshot().refused());
    }

    private ProtocolFactory noting() {
        return Noting::new;
    }

    private void assertBeginInOrder(List<SocketAddress> clients) {
        Await.until("all have begun", () -> began.size() == clients.size());
        assertEquals(clients, began);
    }

    private void assertServedInOrder(List<ScriptedClient> clients) {
        List<SocketAddress> addresses = addresses(clients);
        for (ScriptedClient client : clients) {
            client.send("x").read(1);
            client.close();
        }
        assertEquals(addresses, began);
    }

    private List<ScriptedClient> connect(Listener listener, int count) {
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(connect(listener.address()));
        }
        return clients;
    }

    private ScriptedClient connect(SocketAddress server) {
        return net().keep(ScriptedClient.connect(server));
    }

    private static List<SocketAddress> addresses(List<ScriptedClient> clients) {
        return clients.stream().map(ScriptedClient::address).toList();
    }

    /** Keeps a loop busy with one task after another. */
    private static void keepBusy(EventLoop loop, AtomicBoolean over) {
        long end = System.nanoTime() + 200_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        if (!over.get()) {
            loop.execute(() -> keepBusy(loop, over));
        }
    }

    private CountDownLatch keepBlock() {
        CountDownLatch block = new CountDownLatch(1);
        blocks.add(block);
        return block;
    }

    /** Blocks a loop until the latch is counted down. The loop is blocked when this method returns. */
    private CountDownLatch block(EventLoop loop) {
        CountDownLatch block = keepBlock();
        var blocked = new CompletableFuture<Void>();
        loop.execute(() -> {
            blocked.complete(null);
            await(block);
        });
        Await.value(blocked);
        return block;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An echo that records when it began. */
    private class Noting implements Protocol {
        private final SocketAddress remote;
        private final Echo echo = new Echo();

        Noting(SocketAddress remote) {
            this.remote = remote;
        }

        @Override
        public void connectionMade(Transport transport) {
            began.add(remote);
            echo.connectionMade(transport);
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            echo.dataReceived(data);
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }
}
