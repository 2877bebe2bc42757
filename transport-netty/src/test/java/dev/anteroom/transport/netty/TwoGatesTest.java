package dev.anteroom.transport.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two gates of one slot each in a pipeline: a connection enters the second once the first has admitted it. */
class TwoGatesTest {
    private final AdmissionGate first = AdmissionGate.builder().limit(1).build();
    private final AdmissionGate second = AdmissionGate.builder().limit(1).build();
    private final Recorder recorder = new Recorder();
    private GatedServer server;

    @AfterEach
    void close() {
        second.close();
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_second_gate_is_entered_when_the_first_has_admitted(NettyIo io) {
        var slot = open(io).occupy();
        server.park(serve(in(first), in(second)));
        server.turn();
        assertEquals(0, second.snapshot().arrived());
        slot.leave();
        Await.until("it has passed both", () -> recorder.heard().equals(List.of("registered", "active")));
        assertEquals(1, second.snapshot().admitted());
    }

    @ParameterizedTest
    @EnumSource
    void the_order_is_that_of_the_pipeline_however_it_is_built(NettyIo io) {
        var slot = open(io).occupy();
        server.park(server.serve(child -> {
            child.pipeline().addLast("application", recorder);
            child.pipeline().addFirst("second", in(second));
            child.pipeline().addFirst("first", in(first));
        }));
        server.turn();
        assertEquals(0, second.snapshot().arrived());
        slot.leave();
        Await.until("it has passed both", () -> recorder.heard().equals(List.of("registered", "active")));
    }

    @ParameterizedTest
    @EnumSource
    void initializers_within_each_other_wait_in_turn(NettyIo io) {
        var slot = open(io).occupy();
        var inner = new AdmissionInitializer(
                second, GatedServer.initializer(child -> child.pipeline().addLast(recorder)));
        server.park(server.serve(new AdmissionInitializer(first, inner))).send("x");
        server.turn();
        assertEquals(0, second.snapshot().arrived());
        slot.leave();
        recorder.awaitHeard("registered", "active", "read x", "read complete");
    }

    @ParameterizedTest
    @EnumSource
    void what_is_sent_while_it_waits_at_either_arrives_in_order(NettyIo io) {
        var slot = open(io).occupy();
        var other = GatedServer.enter(second);
        var client = server.park(serve(in(first), in(second))).send("a");
        server.turn();
        client.send("b");
        slot.leave();
        Await.until("it waits at the second", () -> second.snapshot().waiting() == 1);
        client.send("c");
        server.turn();
        assertEquals(List.of(), recorder.heard());
        other.leave();
        client.send("d");
        Await.until("all has arrived", () -> recorder.text().equals("abcd"));
        assertEquals(1, recorder.heard().stream().filter("active"::equals).count());
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_leaves_the_first_never_enters_the_second(NettyIo io) {
        open(io).occupy();
        server.park(serve(in(first), in(second))).send("x").close();
        Await.until("it has left", () -> first.snapshot().abandoned() == 1);
        server.turn();
        assertEquals(0, second.snapshot().arrived());
        assertEquals(List.of(), recorder.heard());
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_leaves_the_second_releases_the_firsts_slot(NettyIo io) {
        assertLeavesSecond(io, ScriptedClient::close);
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_resets_at_the_second_releases_the_firsts_slot(NettyIo io) {
        assertLeavesSecond(io, client -> client.send("x").reset());
    }

    private void assertLeavesSecond(NettyIo io, Consumer<ScriptedClient> departure) {
        open(io);
        GatedServer.enter(second);
        var client = server.connect(serve(in(first), in(second)));
        Await.until("it waits at the second", () -> second.snapshot().waiting() == 1);
        assertEquals(1, first.snapshot().active());
        departure.accept(client);
        Await.until("it has left", () -> second.snapshot().abandoned() == 1);
        Await.until("it holds no slot", () -> first.snapshot().active() == 0);
        assertEquals(List.of(), recorder.heard());
    }

    /**
     * The first gate keeps half-closed clients, the second does not. On epoll and io_uring no further event reports the
     * half-close.
     */
    @ParameterizedTest
    @EnumSource
    void the_second_hears_what_the_first_has_held(NettyIo io) {
        var slot = open(io).with(ChannelOption.ALLOW_HALF_CLOSURE, true).occupy();
        GatedServer.enter(second);
        var keeping = new AdmissionHandler(first, AdmissionOptions.defaults().withHalfClose(HalfClose.KEEP));
        server.park(serve(keeping, in(second))).send("x").shutdownOutput();
        server.turn();
        assertEquals(0, first.snapshot().abandoned());
        slot.leave();
        Await.until("it has left", () -> second.snapshot().abandoned() == 1);
        Await.until("it holds no slot", () -> first.snapshot().active() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void the_end_gives_both_slots_back(NettyIo io) {
        var client = open(io).connect(serve(in(first), in(second))).send("x");
        Await.until("it is served", () -> recorder.text().equals("x"));
        assertEquals(1, first.snapshot().active());
        assertEquals(1, second.snapshot().active());
        client.close();
        Await.until("the first has its slot", () -> first.snapshot().active() == 0);
        Await.until("the second has its slot", () -> second.snapshot().active() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void a_refusal_by_the_second_releases_the_firsts_slot_at_once(NettyIo io) {
        var refusing = AdmissionGate.builder().limit(0).maxWaiting(0).build();
        var client = open(io).connect(serve(in(first), in(refusing, talking())));
        assertEquals("sorry", client.read(5));
        assertEquals(0, first.snapshot().active());
        assertEquals(1, first.snapshot().released());
    }

    @ParameterizedTest
    @EnumSource
    void expiry_at_the_second_releases_the_firsts_slot_at_once(NettyIo io) {
        var slow =
                AdmissionGate.builder().limit(0).maxWait(Duration.ofMillis(50)).build();
        var client = open(io).connect(serve(in(first), in(slow, talking())));
        assertEquals("sorry", client.read(5));
        assertEquals(0, first.snapshot().active());
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_at_the_first_is_not_cut_short_by_the_second(NettyIo io) {
        var slow =
                AdmissionGate.builder().limit(0).maxWait(Duration.ofMillis(50)).build();
        var busy = AdmissionOptions.defaults().withBusyMessage("busy".getBytes(UTF_8));
        var client = open(io).connect(serve(in(slow, busy), in(second)));
        assertEquals("busy", client.readToEnd());
        assertEquals(0, second.snapshot().arrived());
    }

    @ParameterizedTest
    @EnumSource
    void the_same_gate_twice_takes_one_slot(NettyIo io) {
        open(io).connect(serve(in(first), in(first))).send("x");
        Await.until("it is served", () -> recorder.text().equals("x"));
        assertEquals(1, first.snapshot().arrived());
    }

    @ParameterizedTest
    @EnumSource
    void gates_in_front_of_a_connection_that_is_served_wait_in_turn(NettyIo io) {
        var slot = open(io).occupy();
        recorder.on((context, event) -> {
            if (event.equals("read login")) {
                context.pipeline().addFirst("first", in(first));
                context.pipeline().addAfter("first", "second", in(second));
            }
        });
        var client = server.connect(server.serve(child -> child.pipeline().addLast(recorder)));
        client.send("login");
        Await.until("it waits", () -> first.snapshot().waiting() == 1);
        client.send("x");
        server.turn();
        assertEquals(0, second.snapshot().arrived());
        slot.leave();
        Await.until("it is served", () -> recorder.text().equals("loginx"));
        assertEquals(1, second.snapshot().active());
    }

    @ParameterizedTest
    @EnumSource
    void events_fired_between_the_gates_are_held_by_the_second(NettyIo io) {
        var slot = open(io).occupy();
        var between = new ChannelHandlerContext[1];
        server.park(server.serve(child -> child.pipeline()
                .addLast(
                        in(first),
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void handlerAdded(ChannelHandlerContext context) {
                                between[0] = context;
                            }
                        },
                        in(second),
                        recorder)));
        between[0].fireUserEventTriggered("meanwhile");
        server.turn();
        assertEquals(List.of(), recorder.heard());
        slot.leave();
        Await.until("it has heard all", () -> recorder.heard().equals(List.of("registered", "active", "meanwhile")));
    }

    /** No connection is left in either gate, and none is served without a slot of both. */
    @ParameterizedTest
    @EnumSource
    void under_churn_both_gates_add_up(NettyIo io) {
        open(io);
        var listener = serveEcho();
        for (int round = 0; round < 20; round++) {
            var clients = IntStream.range(0, 10)
                    .mapToObj(i -> server.connect(listener).send("x"))
                    .toList();
            for (int i = 0; i < clients.size(); i += 2) {
                clients.get(i).reset();
            }
            clients.forEach(ScriptedClient::close);
        }
        Await.until("all have come", () -> first.snapshot().arrived() == 200);
        for (var gate : List.of(first, second)) {
            Await.until("nobody waits", () -> gate.snapshot().waiting() == 0);
            Await.until("nobody is served", () -> gate.snapshot().active() == 0);
        }
        assertTrue(second.snapshot().arrived() <= first.snapshot().admitted());
    }

    // ----

    private Channel serve(AdmissionHandler outer, AdmissionHandler inner) {
        return server.serve(child -> child.pipeline().addLast(outer, inner, recorder));
    }

    private Channel serveEcho() {
        return server.serve(child -> child.pipeline().addLast(in(first), in(second), new GatedServer.Echo()));
    }

    private static AdmissionHandler in(AdmissionGate gate) {
        return new AdmissionHandler(gate);
    }

    private static AdmissionHandler in(AdmissionGate gate, AdmissionOptions options) {
        return new AdmissionHandler(gate, options);
    }

    /** An answer that does not end before the test does. */
    private static AdmissionOptions talking() {
        return AdmissionOptions.defaults()
                .withLinger(Duration.ofSeconds(Long.MAX_VALUE))
                .withAnswer(GatedServer.initializer(child -> child.pipeline()
                        .addLast(new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelActive(ChannelHandlerContext context) {
                                context.writeAndFlush(Unpooled.copiedBuffer("sorry", UTF_8));
                            }
                        })));
    }

    private GatedServer open(NettyIo io) {
        assumeTrue(io.unavailabilityReason().isEmpty(), io::unavailabilityReason);
        server = new GatedServer(io, 1, first);
        return server;
    }
}
