package dev.anteroom.transport.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users and their handlers may do to a pipeline and its channel while the connection waits. */
class ParkedPipelineTest {
    private final AdmissionGate gate = AdmissionGate.builder().limit(1).build();
    private final Recorder recorder = new Recorder();
    private final Queue<Channel> children = new ConcurrentLinkedQueue<>();
    private final Queue<EventExecutorGroup> executors = new ConcurrentLinkedQueue<>();
    private GatedServer server;
    private Admission slot;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        executors.forEach(
                group -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly());
    }

    // ---- reads

    @ParameterizedTest
    @EnumSource
    void no_read_passes_the_handlers_of_a_server_that_reads_on_demand(NettyIo io) {
        var passed = new CopyOnWriteArrayList<String>();
        open(io).with(ChannelOption.AUTO_READ, false);
        park(child -> child.pipeline().addLast(new AdmissionHandler(gate), new Reads(passed)));
        slot.leave();
        Await.until("it is admitted", () -> passed.contains("active"));
        server.turn();
        assertEquals(List.of("active"), passed);
    }

    @ParameterizedTest
    @EnumSource
    void the_first_read_passes_the_handlers_when_they_are_active(NettyIo io) {
        var passed = new CopyOnWriteArrayList<String>();
        open(io);
        var client = park(child -> child.pipeline().addLast(new AdmissionHandler(gate), new Reads(passed)));
        client.send("x");
        slot.leave();
        Await.until("it has read", () -> passed.contains("data"));
        assertEquals(List.of("active", "read", "data"), passed.subList(0, 3));
    }

    @ParameterizedTest
    @EnumSource
    void a_handler_that_keeps_reads_back_hears_nothing_before_it_lets_one_pass(NettyIo io) {
        var keeper = new ChannelDuplexHandler() {
            @Override
            public void read(ChannelHandlerContext context) {
                // Later.
            }
        };
        open(io);
        var client = park(child -> {
            children.add(child);
            child.pipeline().addLast(new AdmissionHandler(gate), recorder, keeper);
        });
        client.send("x");
        server.turn();
        slot.leave();
        Await.until("it is admitted", () -> recorder.heard().contains("active"));
        server.turn();
        assertEquals("", recorder.text());
        children.element().pipeline().context(keeper).read();
        Await.until("it has read", () -> recorder.text().equals("x"));
    }

    @ParameterizedTest
    @EnumSource
    void auto_read_turned_on_meanwhile_does_not_read_without_bound(NettyIo io) {
        var read = new AtomicLong();
        open(io);
        var client = park(child -> {
            children.add(child);
            child.pipeline().addLast(counting(read), new AdmissionHandler(gate), recorder);
        });
        byte[] much = new byte[1 << 20];
        var sending = client.sendInBackground(much);
        for (int i = 0; i < 200; i++) {
            children.element().config().setAutoRead(true);
            server.turn();
        }
        assertTrue(read.get() <= 128 << 10, () -> read + " bytes were read");
        assertFalse(children.element().config().isAutoRead());
        slot.leave();
        Await.until("all is read", () -> recorder.text().length() == much.length);
        Await.value(sending);
    }

    @ParameterizedTest
    @EnumSource
    void auto_read_turned_on_meanwhile_is_on_after_admission(NettyIo io) {
        open(io).with(ChannelOption.AUTO_READ, false);
        var client = park(this::recorded);
        children.element().config().setAutoRead(true);
        client.send("x");
        server.turn();
        assertEquals(List.of(), recorder.heard());
        slot.leave();
        client.send("y");
        Await.until("all is read", () -> recorder.text().equals("xy"));
        assertTrue(children.element().config().isAutoRead());
    }

    @ParameterizedTest
    @EnumSource
    void the_configuration_can_be_read_and_changed_meanwhile(NettyIo io) {
        open(io);
        park(this::recorded);
        var config = children.element().config();
        assertEquals(true, config.getOptions().containsKey(ChannelOption.SO_KEEPALIVE));
        assertTrue(config.setOption(ChannelOption.SO_KEEPALIVE, true));
        slot.leave();
        Await.until("it is admitted", () -> recorder.heard().contains("active"));
        assertEquals(true, config.getOptions().get(ChannelOption.SO_KEEPALIVE));
    }

    @ParameterizedTest
    @EnumSource
    void without_a_bound_for_reading_ahead_a_departure_is_noticed(NettyIo io) {
        open(io);
        var all = AdmissionOptions.defaults().withPreReadBytes(Integer.MAX_VALUE);
        park(child -> child.pipeline().addLast(new AdmissionHandler(gate, all), recorder))
                .send("x")
                .close();
        server.await("it has left", GateSnapshot::abandoned, 1);
    }

    @ParameterizedTest
    @EnumSource
    void a_proxy_header_is_decoded_in_front_of_the_gate(NettyIo io) {
        var source = new CopyOnWriteArrayList<String>();
        open(io);
        var client = park(child -> child.pipeline()
                .addLast(
                        new HAProxyMessageDecoder(),
                        new AdmissionHandler(gate),
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object message) {
                                if (message instanceof HAProxyMessage header) {
                                    source.add(header.sourceAddress());
                                    header.release();
                                } else {
                                    context.fireChannelRead(message);
                                }
                            }
                        },
                        recorder));
        client.send("PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\nx");
        server.turn();
        slot.leave();
        client.send("y");
        Await.until("all is read", () -> recorder.text().equals("xy"));
        assertEquals(List.of("192.0.2.1"), source);
    }

    // ---- the pipeline

    @ParameterizedTest
    @EnumSource
    void an_initializer_may_add_handlers_in_front(NettyIo io) {
        var read = new AtomicLong();
        open(io);
        var initializer = GatedServer.initializer(child -> {
            child.pipeline().addLast(recorder);
            child.pipeline().addFirst(counting(read));
        });
        var client = server.park(server.serve(new AdmissionInitializer(gate, initializer)));
        client.send("x");
        server.turn();
        slot.leave();
        client.send("y");
        Await.until("all is read", () -> recorder.text().equals("xy"));
        assertEquals(2, read.get());
        assertEquals(List.of("registered", "active"), recorder.heard().subList(0, 2));
    }

    @ParameterizedTest
    @EnumSource
    void handlers_may_be_added_and_removed_meanwhile(NettyIo io) throws Exception {
        open(io);
        var leaving = new Recorder();
        var client = park(child -> {
            children.add(child);
            child.pipeline().addLast(new AdmissionHandler(gate), leaving);
        });
        client.send("x");
        server.turn();
        var child = children.element();
        child.eventLoop()
                .submit(() -> child.pipeline().replace(leaving, null, recorder))
                .sync();
        slot.leave();
        Await.until("it is served", () -> recorder.text().equals("x"));
        recorder.awaitHeard("registered", "active", "read x", "read complete");
        assertEquals(List.of(), leaving.heard());
    }

    @ParameterizedTest
    @EnumSource
    void a_handler_that_throws_on_admission_hears_of_it_and_goes_on(NettyIo io) {
        recorder.on((context, event) -> {
            if (event.equals("active") || event.equals("event")) {
                throw new IllegalStateException("a test says so");
            }
        });
        open(io);
        var client = park(this::recorded);
        children.element().pipeline().fireUserEventTriggered("event");
        client.send("x");
        server.turn();
        slot.leave();
        recorder.awaitHeard("registered", "active", "exception", "event", "exception", "read x", "read complete");
        client.close();
        server.await("the slot is given back", GateSnapshot::active, 0);
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("deprecation") // since Netty 4.2; frameworks do it
    void handlers_on_an_executor_of_their_own_hear_all_in_order(NettyIo io) {
        var others = executors();
        open(io);
        var client = park(
                child -> child.pipeline().addLast(new AdmissionHandler(gate)).addLast(others, recorder));
        client.send("a");
        server.turn();
        slot.leave();
        client.send("b");
        Await.until("all is read", () -> recorder.text().equals("ab"));
        assertEquals(List.of("registered", "active"), recorder.heard().subList(0, 2));
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("deprecation") // since Netty 4.2; frameworks do it
    void the_gate_on_an_executor_of_its_own_is_refused(NettyIo io) {
        var others = executors();
        var first = new Recorder();
        open(io);
        var listener = server.serve(child -> child.pipeline()
                .addLast(first)
                .addLast(others, new AdmissionHandler(gate))
                .addLast(recorder));
        assertEquals("", server.connect(listener).readToEnd());
        // Only a handler in front hears it for sure: the one behind may be added after the gate was refused.
        Await.until("the exception is delivered", () -> first.heard().contains("exception"));
        assertEquals(1, gate.snapshot().arrived());
        assertEquals("", recorder.text());
    }

    // ---- the channel

    @ParameterizedTest
    @EnumSource
    void a_channel_that_moves_to_another_loop_keeps_its_place(NettyIo io) throws Exception {
        EventLoopGroup others = loops(io);
        open(io);
        var client = park(this::recorded).send("x");
        server.turn();
        move(others);
        client.send("y");
        assertEquals(1, gate.snapshot().waiting());
        slot.leave();
        Await.until("it is served", () -> recorder.text().equals("xy"));
        assertEquals(List.of("registered", "active"), recorder.heard().subList(0, 2));
        client.close();
        server.await("the slot is given back", GateSnapshot::active, 0);
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_leaves_after_its_channel_has_moved_is_noticed(NettyIo io) throws Exception {
        EventLoopGroup others = loops(io);
        open(io);
        var client = park(this::recorded).send("x");
        server.turn();
        move(others);
        client.close();
        server.await("it has left", GateSnapshot::abandoned, 1);
    }

    @ParameterizedTest
    @EnumSource
    void a_channel_admitted_between_two_loops_is_served_on_the_second(NettyIo io) throws Exception {
        EventLoopGroup others = loops(io);
        open(io);
        park(this::recorded).send("x");
        var child = children.element();
        child.deregister().sync();
        slot.leave();
        server.await("it holds the slot", GateSnapshot::active, 1);
        server.turn();
        assertEquals(List.of(), recorder.heard());
        others.register(child).sync();
        Await.until("it is served", () -> recorder.text().equals("x"));
    }

    @ParameterizedTest
    @EnumSource
    void a_channel_closed_between_two_loops_gives_up_its_place(NettyIo io) throws Exception {
        assumeTrue(io != NettyIo.IO_URING, "Netty closes it only on a loop");
        open(io);
        park(this::recorded);
        var child = children.element();
        child.deregister().sync();
        child.close().sync();
        server.await("its place is given up", GateSnapshot::abandoned, 1);
    }

    @ParameterizedTest
    @EnumSource
    void a_served_connection_keeps_its_place_when_half_closed_if_it_may(NettyIo io) {
        var keeping = new AdmissionHandler(gate, AdmissionOptions.defaults().withHalfClose(HalfClose.KEEP));
        recorder.on((context, event) -> {
            if (event.equals("read login")) {
                context.pipeline().addFirst(keeping);
            }
        });
        open(io);
        var client = server.connect(server.serve(child -> child.pipeline().addLast(recorder)));
        client.send("login");
        server.await("it waits", GateSnapshot::waiting, 1);
        server.turn();
        client.shutdownOutput();
        server.turn();
        assertEquals(1, gate.snapshot().waiting());
    }

    @ParameterizedTest
    @EnumSource
    void the_longest_time_to_linger_is_accepted(NettyIo io) {
        var slow =
                AdmissionGate.builder().limit(0).maxWait(Duration.ofMillis(50)).build();
        var patient = AdmissionOptions.defaults()
                .withBusyMessage("busy".getBytes(UTF_8))
                .withLinger(Duration.ofSeconds(Long.MAX_VALUE));
        open(io);
        var client = server.connect(
                server.serve(child -> child.pipeline().addLast(new AdmissionHandler(slow, patient), recorder)));
        assertEquals("busy", client.readToEnd());
        assertEquals(List.of(), recorder.heard());
    }

    // ----

    private EventExecutorGroup executors() {
        EventExecutorGroup group = new DefaultEventExecutorGroup(2);
        executors.add(group);
        return group;
    }

    private EventLoopGroup loops(NettyIo io) {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, io(io).handlers());
        executors.add(loops);
        return loops;
    }

    private void move(EventLoopGroup others) throws InterruptedException {
        var child = children.element();
        child.deregister().sync();
        others.register(child).sync();
    }

    private void recorded(Channel child) {
        children.add(child);
        child.pipeline().addLast(new AdmissionHandler(gate), recorder);
    }

    private ScriptedClient park(Consumer<Channel> pipeline) {
        return server.park(server.serve(pipeline));
    }

    private GatedServer open(NettyIo io) {
        server = new GatedServer(io(io), 1, gate);
        slot = server.occupy();
        return server;
    }

    private static NettyIo io(NettyIo io) {
        assumeTrue(io.unavailabilityReason().isEmpty(), io::unavailabilityReason);
        return io;
    }

    private static ChannelInboundHandlerAdapter counting(AtomicLong read) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                read.addAndGet(((ByteBuf) message).readableBytes());
                context.fireChannelRead(message);
            }
        };
    }

    /** Records what passes it, in either direction. */
    private static final class Reads extends ChannelDuplexHandler {
        private final List<String> passed;

        Reads(List<String> passed) {
            this.passed = passed;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            passed.add("active");
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            passed.add("data");
            context.fireChannelRead(message);
        }

        @Override
        public void read(ChannelHandlerContext context) {
            passed.add("read");
            context.read();
        }
    }
}
