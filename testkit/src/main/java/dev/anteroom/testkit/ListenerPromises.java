package dev.anteroom.testkit;

import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Listeners, and the end of listeners and loops. */
abstract class ListenerPromises extends Promises {
    ListenerPromises(TransportSuite suite) {
        super(suite);
    }

    @Test
    void a_listener_tells_the_port_that_the_system_chose() {
        Listener listener = net().listen(remote -> new Echo());
        assertTrue(!(listener.address() instanceof InetSocketAddress inet) || inet.getPort() > 0);
        assertEquals("x", net().client(listener).send("x").read(1));
    }

    /** As the address says: 0.0.0.0 leaves the IPv6 port to others, so that :: may be bound beside it. */
    @Test
    void an_ipv4_address_does_not_take_connections_over_ipv6() throws IOException {
        assumeTcp();
        assumeTrue(suite().listensOnIpv4Alone());
        Listener listener = net().loops().listen(new InetSocketAddress("0.0.0.0", 0), remote -> new Echo());
        int port = ((InetSocketAddress) listener.address()).getPort();
        try (ServerSocketChannel other = ServerSocketChannel.open().bind(new InetSocketAddress(loopbackV6(), port))) {
            net().keep(ScriptedClient.connect(other.getLocalAddress()));
            assertTrue(other.accept().isConnected());
        }
        assertEquals(
                "x",
                net().keep(ScriptedClient.connect(new InetSocketAddress("127.0.0.1", port)))
                        .send("x")
                        .read(1));
    }

    @Test
    void the_ipv6_wildcard_takes_connections_over_both_versions() throws IOException {
        assumeTcp();
        Listener listener = net().loops().listen(new InetSocketAddress("::", 0), remote -> new Echo());
        int port = ((InetSocketAddress) listener.address()).getPort();
        for (InetAddress host : List.of(InetAddress.getByName("127.0.0.1"), loopbackV6())) {
            assertEquals(
                    "x",
                    net().keep(ScriptedClient.connect(new InetSocketAddress(host, port)))
                            .send("x")
                            .read(1));
        }
    }

    /** Returns ::1; skips the test on a machine without IPv6. */
    private static InetAddress loopbackV6() throws IOException {
        InetAddress loopback = InetAddress.getByName("::1");
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            probe.bind(new InetSocketAddress(loopback, 0));
        } catch (IOException | UnsupportedAddressTypeException e) {
            assumeTrue(false, "this machine has no IPv6");
        }
        return loopback;
    }

    @Test
    void a_port_in_use_is_refused() throws IOException {
        assertInUse(net().loops(), net().server(net().anyAddress(), 0).getLocalAddress());
    }

    @Test
    void a_port_on_which_this_transport_listens_already_is_refused() {
        net().open(Loopback.OPTIONS.withLoops(2));
        Listener holder = net().listen(remote -> new Echo());
        assertInUse(net().loops(), holder.address());
        assertInUse(net().open(Loopback.OPTIONS.withLoops(2)), holder.address());
        assertEquals("x", net().client(holder).send("x").read(1));
    }

    /** Clients that connect before, between and after two listeners use the same socket. */
    @Test
    void a_channel_of_the_user_is_used_and_left_open() throws IOException {
        try (ServerSocketChannel channel = net().server(net().anyAddress(), 0)) {
            if (!suite().listensOnChannels()) {
                assertThrows(
                        UnsupportedOperationException.class, () -> net().loops().listen(channel, remote -> new Echo()));
                return;
            }
            var early = net().keep(ScriptedClient.connect(channel.getLocalAddress()));
            Listener first = net().open(Loopback.OPTIONS.withLoops(2)).listen(channel, remote -> new Echo());
            assertEquals(channel.getLocalAddress(), first.address());
            assertEquals("x", early.send("x").read(1));
            assertEquals("y", net().client(first).send("y").read(1));
            first.close();

            var between = net().client(first).send("z");
            EventLoopGroup next = net().open(Loopback.OPTIONS);
            next.listen(channel, remote -> new Echo());
            assertEquals("z", between.read(1));
            next.close();
            assertTrue(channel.isOpen());
            assertFalse(channel.isRegistered());
        }
    }

    @Test
    void connections_in_the_backlog_of_a_channel_keep_their_order() throws IOException {
        assumeTrue(suite().listensOnChannels());
        try (ServerSocketChannel channel = net().server(net().anyAddress(), 0)) {
            List<SocketAddress> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                clients.add(net().keep(ScriptedClient.connect(channel.getLocalAddress()))
                        .address());
            }
            List<SocketAddress> came = new CopyOnWriteArrayList<>();
            net().open(Loopback.OPTIONS.withLoops(3)).listen(channel, remote -> {
                came.add(remote);
                return new Echo();
            });
            Await.until("all have come", () -> came.size() == clients.size());
            assertEquals(clients, came);
        }
    }

    @Test
    void a_channel_that_is_not_bound_is_refused() throws IOException {
        assumeTrue(suite().listensOnChannels());
        try (ServerSocketChannel channel = Loopback.serverChannel(net().anyAddress())) {
            assertThrows(IOException.class, () -> net().loops().listen(channel, remote -> new Echo()));
        }
    }

    @Test
    void an_address_that_cannot_be_resolved_is_refused() {
        assumeTcp();
        assertThrows(
                IOException.class,
                () -> net().loops()
                        .listen(InetSocketAddress.createUnresolved("nowhere.invalid", 0), remote -> new Echo()));
    }

    @Test
    void while_accepting_is_paused_newcomers_stay_in_the_backlog() {
        AtomicInteger accepted = new AtomicInteger();
        Listener listener = net().listen(remote -> {
            accepted.incrementAndGet();
            return new Echo();
        });
        net().turn();
        listener.pauseAccepting();
        int connected = 0;
        do {
            net().client(listener);
            connected++;
            net().turn();
        } while (accepted.get() == connected && connected < 10);
        int acceptedBefore = accepted.get();
        net().client(listener);
        net().turn();
        assertEquals(acceptedBefore, accepted.get());
    }

    @Test
    void when_accepting_is_resumed_newcomers_are_served() {
        Listener listener = net().listen(remote -> new Echo());
        listener.pauseAccepting();
        net().turn();
        var client = net().client(listener).send("x");
        net().turn();
        listener.resumeAccepting();
        assertEquals("x", client.read(1));
    }

    @Test
    void a_closed_listener_leaves_its_address_free() throws IOException {
        net().open(Loopback.OPTIONS.withLoops(2));
        for (int i = 0; i < 20; i++) {
            Listener listener = net().listen(remote -> new Echo());
            listener.close();
            assertFree(listener.address());
        }
    }

    @Test
    void a_listener_closed_on_a_loop_leaves_its_address_free() {
        net().open(Loopback.OPTIONS.withLoops(2));
        for (EventLoop loop : net().loops().loops()) {
            Listener listener = net().listen(remote -> new Echo());
            Await.value(CompletableFuture.runAsync(
                    () -> {
                        listener.close();
                        assertFree(listener.address());
                    },
                    loop));
        }
    }

    @Test
    void listeners_closed_on_two_loops_at_once_do_not_wait_for_each_other() {
        net().open(Loopback.OPTIONS.withLoops(2));
        for (int i = 0; i < 20; i++) {
            Listener one = net().listen(remote -> new Echo());
            Listener other = net().listen(remote -> new Echo());
            var closing =
                    CompletableFuture.runAsync(one::close, net().loops().loops().get(0));
            Await.value(CompletableFuture.runAsync(
                    other::close, net().loops().loops().get(1)));
            Await.value(closing);
        }
    }

    @Test
    void closing_a_listener_twice_is_harmless() {
        Listener listener = net().listen(remote -> new Echo());
        listener.close();
        listener.close();
        listener.pauseAccepting();
        listener.resumeAccepting();
        net().turn();
    }

    @Test
    void connections_outlive_their_listener() {
        Listener listener = net().listen(remote -> new Echo());
        var client = net().client(listener).send("x");
        assertEquals("x", client.read(1));
        listener.close();
        assertEquals("y", client.send("y").read(1));
    }

    @Test
    void a_group_has_as_many_loops_as_were_asked_for_and_always_the_same() {
        EventLoopGroup group = net().open(Loopback.OPTIONS.withLoops(3));
        assertEquals(3, group.loops().size());
        assertEquals(group.loops(), group.loops());
    }

    @Test
    void closing_a_group_aborts_every_connection_and_tells_each() {
        List<RecordingProtocol> servers = List.of(new RecordingProtocol(), Promises.parked());
        var clients = servers.stream().map(net()::client).toList();
        servers.forEach(server -> server.await(CONNECTION_MADE));
        net().loops().close();
        for (RecordingProtocol server : servers) {
            assertEquals(List.of(CONNECTION_MADE, CONNECTION_LOST), server.callbacks());
            assertNull(server.reason());
        }
        clients.forEach(client -> assertTrue(client.isReset()));
    }

    @Test
    void closing_a_group_ends_its_threads_before_it_returns() {
        Thread thread = Await.value(CompletableFuture.supplyAsync(Thread::currentThread, net().loop()));
        net().loops().close();
        assertFalse(thread.isAlive());
    }

    @Test
    void closing_a_group_on_one_of_its_loops_ends_them_all() {
        net().open(Loopback.OPTIONS.withLoops(2));
        List<Thread> threads = net().loops().loops().stream()
                .map(loop -> Await.value(CompletableFuture.supplyAsync(Thread::currentThread, loop)))
                .toList();
        net().loop().execute(net().loops()::close);
        Await.until("the threads have ended", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void closing_a_group_closes_its_listeners() {
        Listener listener = net().listen(remote -> new Echo());
        net().loops().close();
        assertFree(listener.address());
        listener.close();
    }

    @Test
    void a_closed_group_does_not_listen() {
        EventLoopGroup group = net().loops();
        group.close();
        group.close();
        assertThrows(RejectedExecutionException.class, () -> group.listen(net().anyAddress(), remote -> new Echo()));
    }

    private static void assertInUse(EventLoopGroup group, SocketAddress address) {
        assertThrows(IOException.class, () -> group.listen(address, remote -> new Echo()));
    }

    private static void assertFree(SocketAddress address) {
        try (ServerSocketChannel server = Loopback.serverChannel(address)) {
            server.bind(address);
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.delete(unix.getPath());
            }
        } catch (IOException e) {
            throw new AssertionError(address + " is not free", e);
        }
    }
}
