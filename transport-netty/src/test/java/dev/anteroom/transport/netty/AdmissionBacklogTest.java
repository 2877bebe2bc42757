package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.PausingListener;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.Echo;
import dev.anteroom.testkit.Loopback;
import dev.anteroom.testkit.ScriptedClient;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Netty server that stops accepting while the waiting room, of two places, is full. */
class AdmissionBacklogTest {
    private final AdmissionGate gate =
            AdmissionGate.builder().limit(1).maxWaiting(2).build();
    private GatedServer server;
    private Channel listener;
    private Admission slot;
    private List<ScriptedClient> waiting;

    /** Takes the only slot, so that every connection waits. */
    private void open(NettyIo io) {
        assumeTrue(io.unavailabilityReason().isEmpty(), io::unavailabilityReason);
        server = new GatedServer(io, 1, gate).before(new AdmissionBacklog(gate));
        listener = server.serve(child -> child.pipeline().addLast(new AdmissionHandler(gate), new GatedServer.Echo()));
        slot = server.occupy();
        waiting = List.of(server.park(listener), server.park(listener));
        server.turn();
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void newcomers_stay_in_the_backlog_and_are_served_in_time(NettyIo io) {
        open(io);
        List<ScriptedClient> all = new ArrayList<>(waiting);
        for (int i = 0; i < 5; i++) {
            all.add(server.connect(listener));
        }
        server.turn();
        assertEquals(3, gate.snapshot().arrived());
        slot.leave();
        for (ScriptedClient client : all) {
            assertEquals("x", client.send("x").read(1));
            client.close();
        }
        assertEquals(0, gate.snapshot().refused());
    }

    /** Netty's own acceptor turns autoRead on a second after a failure to accept. */
    @ParameterizedTest
    @EnumSource
    void a_server_that_is_held_stays_so_when_netty_turns_auto_read_on_again(NettyIo io) {
        open(io);
        listener.config().setAutoRead(true);
        listener.pipeline().fireExceptionCaught(new IOException("too many open files, as a test says"));
        Await.until("Netty rests", () -> !listener.config().isAutoRead());
        Await.until("Netty accepts again", () -> listener.config().isAutoRead());
        ScriptedClient newcomer = server.connect(listener).send("x");
        server.turn();
        assertEquals(3, gate.snapshot().arrived());
        waiting.forEach(ScriptedClient::close);
        slot.leave();
        assertEquals("x", newcomer.read(1));
    }

    @ParameterizedTest
    @EnumSource
    void a_held_server_that_is_closed_is_let_go(NettyIo io) {
        open(io);
        listener.close().syncUninterruptibly();
        assertEquals(0, gate.snapshot().refused());
        Await.until("the gate refuses again", () -> server.enter().decision() == Admission.Decision.REFUSED);
    }

    @Test
    void a_gate_without_waiting_places_is_refused_at_once() {
        AdmissionGate none = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        var thrown = assertThrows(IllegalArgumentException.class, () -> new AdmissionBacklog(none));
        assertEquals(
                "gate must have a maxWaiting of at least 1 to hold newcomers back, had 0;"
                        + " without AdmissionBacklog it refuses those over the limit",
                thrown.getMessage());
    }

    @Test
    void a_listener_that_cannot_be_held_is_closed() throws IOException {
        AdmissionGate none = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        try (var loops = new NettyTransportProvider.Nio().open(TransportOptions.defaults())) {
            var open = loops.listen(Loopback.anyPort(), new GatedProtocolFactory(none, remote -> new Echo()));
            var address = open.address();
            assertThrows(IllegalStateException.class, () -> PausingListener.pauseWhenFull(none, open));
            assertThrows(UncheckedIOException.class, () -> ScriptedClient.connect(address));
        }
    }

    /** A blocked loop registers its connections late. */
    @ParameterizedTest
    @EnumSource
    void connections_enter_in_order_of_arrival_across_loops(NettyIo io) {
        assumeTrue(io.unavailabilityReason().isEmpty(), io::unavailabilityReason);
        AdmissionGate wide = AdmissionGate.builder().limit(1).maxWaiting(100).build();
        List<SocketAddress> served = Collections.synchronizedList(new ArrayList<>());
        server = new GatedServer(io, 4, wide).before(new AdmissionBacklog(wide));
        listener = server.serve(child -> child.pipeline()
                .addLast(new AdmissionHandler(wide), new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        served.add(context.channel().remoteAddress());
                        context.pipeline().addLast(new GatedServer.Echo());
                        context.fireChannelActive();
                    }
                }));
        CountDownLatch block = new CountDownLatch(1);
        blockAnotherLoop(listener.eventLoop(), block);
        List<ScriptedClient> clients = new ArrayList<>();
        List<SocketAddress> addresses = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                clients.add(server.connect(listener));
                addresses.add(clients.get(i).address());
            }
            server.await("all have arrived", GateSnapshot::arrived, 100);
        } finally {
            block.countDown();
        }
        for (ScriptedClient client : clients) {
            assertEquals("x", client.send("x").read(1));
            client.close();
        }
        assertEquals(addresses, served);
        server.await("all have left", GateSnapshot::active, 0);
    }

    private static void blockAnotherLoop(EventLoop loop, CountDownLatch block) {
        EventLoop other = loop;
        while (other == loop) {
            other = loop.parent().next();
        }
        other.execute(() -> {
            try {
                block.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_closed_before_its_handlers_are_added_gives_up_its_place(NettyIo io) {
        assumeTrue(io.unavailabilityReason().isEmpty(), io::unavailabilityReason);
        server = new GatedServer(io, 1, gate)
                .before(GatedServer.initializer(parent -> parent.pipeline()
                        .addLast(new AdmissionBacklog(gate), new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object child) {
                                context.channel().eventLoop().register((Channel) child);
                                ((Channel) child).close();
                            }
                        })));
        listener = server.serve(child -> child.pipeline().addLast(new AdmissionHandler(gate)));
        server.connect(listener);
        server.await("it has arrived", GateSnapshot::arrived, 1);
        server.await("its slot is free", GateSnapshot::active, 0);
    }
}
