package dev.anteroom.transport.netty;

import static dev.anteroom.testkit.ScriptedClient.hash;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gate in front of servers with real sockets, on each of Netty's transports. */
abstract class AdmissionHandlerSuite {
    private static final byte[] BUSY = "busy, come back later".getBytes(UTF_8);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<Channel> children = new ConcurrentLinkedQueue<>();
    private final Recorder recorder = new Recorder();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private AdmissionGate gate = AdmissionGate.builder().limit(1).build();
    private AdmissionOptions options = AdmissionOptions.defaults();

    abstract NettyIo io();

    @BeforeEach
    void is_available() {
        assumeTrue(io().unavailabilityReason().isEmpty(), io()::unavailabilityReason);
    }

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        threads.shutdown();
    }

    // ---- admission

    @Test
    void a_connection_admitted_at_once_passes_as_if_nothing_were_there() {
        var server = server();
        server.connect(server.serve(this::recorded)).send("x");
        awaitHeard("registered", "active", "read x", "read complete");
        assertNoTrace();
    }

    @Test
    void clients_that_reset_right_behind_what_they_have_sent_keep_no_slot() {
        var server = server();
        var listener = server.serve(this::recorded);
        for (int i = 0; i < 300; i++) {
            server.connect(listener).send("x").reset();
        }
        server.await("no slot is held", GateSnapshot::active, 0);
        server.await("and nobody waits", GateSnapshot::waiting, 0);
    }

    @Test
    void while_a_connection_waits_the_handlers_behind_hear_nothing() {
        var server = server();
        server.occupy();
        server.park(server.serve(this::recorded)).send("x");
        server.turn();
        assertEquals(List.of(), recorder.heard());
    }

    @Test
    void on_admission_they_hear_it_all_in_order() {
        var server = server();
        var slot = server.occupy();
        server.park(server.serve(this::recorded)).send("x");
        server.turn();
        slot.leave();
        awaitHeard("registered", "active", "read x", "read complete");
        assertNoTrace();
    }

    @Test
    void what_is_sent_before_and_after_admission_arrives_once_and_in_order() {
        var server = server().with(ChannelOption.ALLOW_HALF_CLOSURE, true);
        var slot = server.occupy();
        byte[] sent = noise(6 << 20);
        var client = server.park(server.serve(child -> child.pipeline().addLast(admission(), new GatedServer.Echo())));
        var sending = client.sendInBackground(sent).thenRun(client::shutdownOutput);
        server.turn();
        slot.leave();
        assertEquals(hash(sent), client.hashToEnd());
        Await.value(sending);
    }

    @Test
    void a_slot_is_given_back_when_its_connection_has_gone() {
        var server = server();
        var listener = server.serve(this::recorded);
        var first = server.connect(listener);
        server.await("the first is served", GateSnapshot::active, 1);
        server.park(listener).send("x");
        first.close();
        Await.until("the second is served", () -> recorder.text().equals("x"));
    }

    @Test
    void never_more_connections_are_active_at_once_than_the_limit() {
        gate = AdmissionGate.builder().limit(3).build();
        var server = server(2);
        var active = new AtomicInteger();
        var peak = new AtomicInteger();
        var listener = server.serve(child -> child.pipeline().addLast(admission(), new GatedServer.Echo() {
            @Override
            public void channelActive(ChannelHandlerContext context) {
                peak.accumulateAndGet(active.incrementAndGet(), Math::max);
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                active.decrementAndGet();
            }
        }));
        var clients = new ArrayList<ScriptedClient>();
        for (int i = 0; i < 100; i++) {
            clients.add(server.connect(listener).send("x"));
        }
        var answers = clients.stream()
                .map(client -> CompletableFuture.supplyAsync(() -> answer(client), threads))
                .toList();
        answers.forEach(answer -> assertEquals("x", Await.value(answer)));
        server.await("all have left", GateSnapshot::active, 0);
        assertEquals(100, gate.snapshot().admitted());
        assertEquals(3, peak.get());
    }

    private static String answer(ScriptedClient client) {
        try (client) {
            return client.read(1);
        }
    }

    // ---- reads of the server

    @Test
    void a_server_that_reads_on_demand_gets_nothing_before_it_asks() {
        var server = server().with(ChannelOption.AUTO_READ, false);
        var slot = server.occupy();
        server.park(server.serve(this::recorded)).send("x");
        server.turn();
        slot.leave();
        awaitHeard("registered", "active");
        server.turn();
        assertEquals(List.of("registered", "active"), recorder.heard());
        children.peek().read();
        awaitHeard("registered", "active", "read x", "read complete");
    }

    @Test
    void a_server_that_asks_when_it_becomes_active_gets_what_was_sent() {
        recorder.on((context, event) -> {
            if (event.equals("active")) {
                context.read();
            }
        });
        var server = server().with(ChannelOption.AUTO_READ, false);
        var slot = server.occupy();
        var client = server.park(server.serve(this::recorded)).send("x");
        server.turn();
        slot.leave();
        awaitHeard("registered", "active", "read x", "read complete");
        client.send("y");
        server.turn();
        assertEquals("x", recorder.text());
        children.peek().read();
        Await.until("it has read", () -> recorder.text().equals("xy"));
    }

    @Test
    void a_server_that_stops_reading_when_it_becomes_active_is_obeyed() {
        recorder.on((context, event) -> {
            if (event.equals("active")) {
                context.channel().config().setAutoRead(false);
            }
        });
        var server = server();
        var slot = server.occupy();
        server.park(server.serve(this::recorded)).send("x");
        server.turn();
        slot.leave();
        awaitHeard("registered", "active");
        server.turn();
        assertEquals(List.of("registered", "active"), recorder.heard());
        children.peek().config().setAutoRead(true);
        awaitHeard("registered", "active", "read x", "read complete");
    }

    @Test
    void a_server_that_closes_when_it_becomes_active_reads_nothing() {
        recorder.on((context, event) -> {
            if (event.equals("active")) {
                context.close();
            }
        });
        var server = server();
        var slot = server.occupy();
        server.park(server.serve(this::recorded)).send("x");
        server.turn();
        slot.leave();
        awaitHeard("registered", "active", "inactive", "unregistered");
        server.await("the slot is given back", GateSnapshot::active, 0);
    }

    @Test
    void a_read_that_was_asked_for_before_the_gate_was_put_in_front_is_not_forgotten() {
        var server = server().with(ChannelOption.AUTO_READ, false);
        var slot = server.occupy();
        server.park(server.serve(child -> {
                    child.pipeline().addLast(new ReadsOnceAdded(), recorder);
                    child.pipeline().addFirst(admission());
                }))
                .send("x");
        server.turn();
        assertEquals(List.of(), recorder.heard());
        slot.leave();
        awaitHeard("registered", "active", "read x", "read complete");
    }

    private static final class ReadsOnceAdded extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.read();
        }
    }

    // ---- departures while waiting

    @Test
    void a_waiting_client_that_closes_is_noticed_and_never_heard_of() {
        assertNoticed(ScriptedClient::close);
    }

    @Test
    void a_waiting_client_that_closes_after_its_request_is_noticed_and_never_heard_of() {
        assertNoticed(client -> client.send("request").close());
    }

    @Test
    void a_waiting_client_that_resets_is_noticed_and_never_heard_of() {
        assertNoticed(ScriptedClient::reset);
    }

    @Test
    void a_waiting_client_that_resets_after_its_request_is_noticed_and_never_heard_of() {
        assertNoticed(client -> client.send("request").reset());
    }

    @Test
    void a_waiting_client_that_resets_behind_many_bytes_is_noticed_and_never_heard_of() {
        assertNoticed(client -> client.send(noise(64 << 10)).reset());
    }

    @Test
    void a_waiting_client_that_closes_behind_many_bytes_is_noticed_where_the_platform_tells() {
        assumeTrue(!io().mustReadAhead());
        assertNoticed(client -> client.send(noise(64 << 10)).close());
    }

    @Test
    void allowed_half_closure_keeps_no_departed_client() {
        var server = server().with(ChannelOption.ALLOW_HALF_CLOSURE, true);
        server.occupy();
        server.park(server.serve(this::recorded)).send("request").shutdownOutput();
        server.await("it has left", GateSnapshot::abandoned, 1);
    }

    private void assertNoticed(java.util.function.Consumer<ScriptedClient> departure) {
        var server = server();
        server.occupy();
        departure.accept(server.park(server.serve(this::recorded)));
        server.await("it has left", GateSnapshot::abandoned, 1);
        Await.until("the channel is gone", () -> !children.peek().isRegistered());
        server.turn();
        assertEquals(List.of(), recorder.heard());
    }

    // ---- half-closed clients

    @Test
    void a_kept_half_closed_client_gets_its_answer() {
        options = options.withHalfClose(HalfClose.KEEP);
        var server = server().with(ChannelOption.ALLOW_HALF_CLOSURE, true);
        var slot = server.occupy();
        recorder.on((context, event) -> {
            if (event.startsWith("read ") && !event.equals("read complete")) {
                context.writeAndFlush(Unpooled.copiedBuffer("answer to " + recorder.text(), UTF_8));
            } else if (event.equals("ChannelInputShutdownEvent")) {
                context.close();
            }
        });
        var client = server.park(server.serve(this::recorded)).send("x").shutdownOutput();
        server.turn();
        assertEquals(1, gate.snapshot().waiting());
        slot.leave();
        assertEquals("answer to x", client.readToEnd());
        assertEquals(
                List.of("registered", "active", "read x", "read complete", "ChannelInputShutdownEvent"),
                recorder.heard().subList(0, 5));
    }

    @Test
    void a_kept_half_closed_client_of_a_server_that_does_not_allow_it_is_read_and_closed() {
        options = options.withHalfClose(HalfClose.KEEP);
        var server = server();
        var slot = server.occupy();
        var client = server.park(server.serve(child -> child.pipeline().addLast(admission(), new GatedServer.Echo())))
                .send("x")
                .shutdownOutput();
        server.turn();
        slot.leave();
        assertEquals("x", client.readToEnd());
        server.await("the slot is given back", GateSnapshot::active, 0);
    }

    @Test
    void a_kept_half_closed_client_that_resets_is_noticed() {
        options = options.withHalfClose(HalfClose.KEEP);
        var server = server();
        server.occupy();
        var client = server.park(server.serve(this::recorded)).send("x").shutdownOutput();
        server.turn();
        client.reset();
        server.await("it has left", GateSnapshot::abandoned, 1);
    }

    // ---- connections that are turned away

    @Test
    void without_an_answer_a_refused_connection_is_closed() {
        gate = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        var server = server();
        server.occupy();
        assertEquals("", server.connect(server.serve(this::recorded)).readToEnd());
        assertEquals(1, gate.snapshot().refused());
        assertEquals(List.of(), recorder.heard());
    }

    @Test
    void a_refused_client_reads_the_busy_message_despite_its_request() {
        options = options.withBusyMessage(BUSY);
        gate = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        var server = server();
        server.occupy();
        var client = server.connect(server.serve(this::recorded)).send(noise(100_000));
        assertEquals(new String(BUSY, UTF_8), client.readToEnd());
        assertEquals(List.of(), recorder.heard());
    }

    @Test
    void an_expired_client_reads_the_busy_message_despite_its_request() {
        options = options.withBusyMessage(BUSY);
        gate = AdmissionGate.builder().limit(1).maxWait(Duration.ofMillis(200)).build();
        var server = server();
        server.occupy();
        var client = server.connect(server.serve(this::recorded)).send(noise(100_000));
        assertEquals(new String(BUSY, UTF_8), client.readToEnd());
        assertEquals(1, gate.snapshot().expired());
        assertEquals(List.of(), recorder.heard());
    }

    @Test
    void an_answer_of_the_users_own_speaks_in_place_of_the_servers_handlers() {
        options = options.withAnswer(
                GatedServer.initializer(child -> child.pipeline().addLast(new GatedServer.Echo())));
        gate = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        var server = server();
        server.occupy();
        var client = server.connect(server.serve(this::recorded)).send("x");
        assertEquals("x", client.read(1));
        assertEquals(0, gate.snapshot().waiting());
        assertEquals(List.of(), recorder.heard());
    }

    @Test
    void an_answer_that_does_not_close_is_closed() {
        options = options.withLinger(Duration.ofMillis(200))
                .withAnswer(GatedServer.initializer(child -> child.pipeline().addLast(new GatedServer.Echo())));
        gate = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        var server = server();
        server.occupy();
        String heard = server.connect(server.serve(this::recorded)).send("x").readToEnd();
        assertTrue("x".startsWith(heard), heard);
    }

    // ---- actions of the server while a connection waits

    @Test
    void what_a_server_writes_to_a_waiting_connection_is_sent() {
        var server = server();
        server.occupy();
        var client = server.park(server.serve(this::recorded));
        children.peek().writeAndFlush(Unpooled.copiedBuffer("notice", UTF_8));
        assertEquals("notice", client.read(6));
        assertEquals(1, gate.snapshot().waiting());
    }

    @Test
    void a_server_that_closes_a_waiting_connection_gives_up_its_place() {
        var server = server();
        server.occupy();
        var client = server.park(server.serve(this::recorded));
        children.peek().close();
        assertEquals("", client.readToEnd());
        server.await("its place is given up", GateSnapshot::abandoned, 1);
        assertEquals(List.of(), recorder.heard());
    }

    @Test
    void an_event_fired_meanwhile_is_heard_once_the_connection_is_active() {
        var server = server();
        var slot = server.occupy();
        server.park(server.serve(this::recorded)).send("x");
        server.turn();
        children.peek().pipeline().fireUserEventTriggered("event");
        slot.leave();
        awaitHeard("registered", "active", "event", "read x", "read complete");
    }

    @Test
    void a_connection_may_be_gated_when_it_is_already_served() {
        var server = server();
        var slot = server.occupy();
        recorder.on((context, event) -> {
            if (event.equals("read login")) {
                context.pipeline().addFirst(admission());
            }
        });
        var client = server.connect(server.serve(child -> {
            children.add(child);
            child.pipeline().addLast(recorder);
        }));
        client.send("login");
        server.await("it waits", GateSnapshot::waiting, 1);
        client.send("x");
        server.turn();
        assertEquals("login", recorder.text());
        slot.leave();
        Await.until("it has read", () -> recorder.text().equals("loginx"));
        assertEquals(1, recorder.heard().stream().filter("active"::equals).count());
    }

    // ---- the initializer

    @Test
    void an_initializer_builds_the_pipeline_on_admission_only() {
        var server = server();
        var slot = server.occupy();
        server.park(server.serve(new AdmissionInitializer(gate, options, GatedServer.initializer(this::served))))
                .send("x");
        server.turn();
        assertTrue(children.isEmpty());
        slot.leave();
        awaitHeard("registered", "active", "read x", "read complete");
        assertNoTrace();
    }

    @Test
    void an_initializer_builds_the_pipeline_at_once_for_one_admitted_at_once() {
        var server = server();
        server.connect(server.serve(new AdmissionInitializer(gate, GatedServer.initializer(this::served))))
                .send("x");
        awaitHeard("registered", "active", "read x", "read complete");
        assertNoTrace();
    }

    @Test
    void an_initializer_answers_a_refused_connection() {
        options = options.withBusyMessage(BUSY);
        gate = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        var server = server();
        server.occupy();
        var client = server.connect(
                server.serve(new AdmissionInitializer(gate, options, GatedServer.initializer(this::served))));
        assertEquals(new String(BUSY, UTF_8), client.readToEnd());
        assertTrue(children.isEmpty());
    }

    // ---- churn

    @Test
    void under_churn_the_counters_add_up() {
        gate = AdmissionGate.builder().limit(4).maxWaiting(20).build();
        options = options.withBusyMessage(BUSY);
        var server = server(2);
        var listener = server.serve(child -> child.pipeline().addLast(admission(), new GatedServer.Echo()));
        var random = new Random(42);
        var clients = new ArrayList<ScriptedClient>();
        for (int i = 0; i < 500; i++) {
            var client = server.connect(listener);
            try {
                client.send("x");
            } catch (java.io.UncheckedIOException e) {
                // The connection was turned away.
            }
            clients.add(client);
            if (clients.size() > 40) {
                var leaving = clients.remove(random.nextInt(clients.size()));
                if (random.nextBoolean()) {
                    leaving.reset();
                } else {
                    leaving.close();
                }
            }
        }
        clients.forEach(ScriptedClient::close);
        server.await("all have arrived", GateSnapshot::arrived, 500);
        server.await("nobody waits", GateSnapshot::waiting, 0);
        server.await("nobody is served", GateSnapshot::active, 0);
    }

    // ----

    private void recorded(Channel child) {
        children.add(child);
        child.pipeline().addLast(admission(), recorder);
    }

    private void served(Channel child) {
        children.add(child);
        child.pipeline().addLast(recorder);
    }

    private AdmissionHandler admission() {
        return new AdmissionHandler(gate, options);
    }

    private GatedServer server() {
        return server(1);
    }

    private GatedServer server(int loops) {
        var server = new GatedServer(io(), loops, gate);
        open.push(server);
        return server;
    }

    private void awaitHeard(String... events) {
        recorder.awaitHeard(events);
    }

    /**
     * Asserts that only the server's own handler remains (and what io_uring needs), and that the channel's
     * configuration is restored.
     */
    private void assertNoTrace() {
        var child = children.element();
        int handlers = io() == NettyIo.IO_URING ? 3 : 2;
        Await.until("it has stepped aside", () -> child.pipeline().names().size() == handlers);
        assertTrue(child.config().isAutoRead());
        assertEquals(false, child.config().getOption(ChannelOption.ALLOW_HALF_CLOSURE));
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
