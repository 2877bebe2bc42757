package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.NotAdmittedException;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.Waiters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers with a thread for each connection, whose clients leave while their threads wait for a slot. */
class DepartedClientsTest {
    private static final int CLIENTS = 200;

    /** How a client leaves. */
    enum Departure {
        CLOSE(Socket::close),
        CLOSE_AFTER_BYTES(client -> {
            client.getOutputStream().write("some request".getBytes(StandardCharsets.UTF_8));
            client.close();
        }),
        RESET(client -> {
            client.setSoLinger(true, 0);
            client.close();
        }),
        RESET_AFTER_BYTES(client -> {
            client.getOutputStream().write("some request".getBytes(StandardCharsets.UTF_8));
            client.setSoLinger(true, 0);
            client.close();
        }),
        SHUT_DOWN(Socket::shutdownOutput);

        private interface Action {
            void on(Socket client) throws IOException;
        }

        @SuppressWarnings("ImmutableEnumChecker") // the lambdas capture nothing
        private final Action action;

        Departure(Action action) {
            this.action = action;
        }

        void of(Socket client) {
            try {
                action.on(client);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(1000)
            .maxWait(Duration.ofMinutes(10))
            .build();
    private final Admission served =
            gate.acquireAsync(Waiters.address(1, 1), Runnable::run).join();
    private final Queue<byte[]> received = new ConcurrentLinkedQueue<>();
    private final List<Socket> clients = new ArrayList<>();
    private AutoCloseable server = () -> {};

    @BeforeEach
    void the_kernel_lists_connections() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/net/tcp")), "departures are noticed on Linux alone");
    }

    @AfterEach
    void close() throws Exception {
        gate.close();
        server.close();
        for (Socket client : clients) {
            client.close();
        }
    }

    private void connect(SocketAddress address, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket client = new Socket();
            client.connect(address);
            clients.add(client);
        }
        Await.until("all clients wait", () -> gate.snapshot().waiting() == count);
    }

    /** The server of the README, with plain sockets. */
    private SocketAddress serveSockets(Consumer<Runnable> threads) throws IOException {
        ServerSocket listener = new ServerSocket(0, 300, InetAddress.getLoopbackAddress());
        server = listener;
        new Thread(() -> {
                    while (!listener.isClosed()) {
                        accept(listener, threads);
                    }
                })
                .start();
        return listener.getLocalSocketAddress();
    }

    private void accept(ServerSocket listener, Consumer<Runnable> threads) {
        try {
            Socket socket = listener.accept();
            threads.accept(() -> {
                try (socket;
                        Admission slot = gate.acquire(socket)) {
                    received.add(socket.getInputStream().readAllBytes());
                } catch (NotAdmittedException | InterruptedException | IOException e) {
                    // The socket is closed.
                }
            });
        } catch (IOException e) {
            // The listener is closed.
        }
    }

    /** The same with channels in blocking mode. */
    private SocketAddress serveChannels(Consumer<Runnable> threads) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 300);
        server = listener;
        new Thread(() -> {
                    while (listener.isOpen()) {
                        accept(listener, threads);
                    }
                })
                .start();
        return listener.getLocalAddress();
    }

    private void accept(ServerSocketChannel listener, Consumer<Runnable> threads) {
        try {
            SocketChannel channel = listener.accept();
            threads.accept(() -> {
                try (channel;
                        Admission slot = gate.acquire(channel)) {
                    received.add(channel.socket().getInputStream().readAllBytes());
                } catch (NotAdmittedException | InterruptedException | IOException e) {
                    // The channel is closed.
                }
            });
        } catch (IOException e) {
            // The listener is closed.
        }
    }

    private static void platformThread(Runnable task) {
        new Thread(task).start();
    }

    private static void virtualThread(Runnable task) {
        try {
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static void assumeVirtualThreads() {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads came with Java 21");
    }

    private void departedClientsAreNotServed(Departure departure) {
        clients.forEach(departure::of);
        Await.until("no client waits", () -> gate.snapshot().waiting() == 0);
        served.leave();
        assertEquals(CLIENTS, gate.snapshot().abandoned());
        assertEquals(1, gate.snapshot().admitted());
        assertEquals(List.of(), List.copyOf(received));
    }

    private void waitersLoseNoByte() throws IOException {
        byte[] request = "all that a client sends".getBytes(StandardCharsets.UTF_8);
        for (Socket client : clients) {
            client.getOutputStream().write(request, 0, 10);
        }
        Departure.CLOSE.of(clients.get(0));
        Await.until("one has left", () -> gate.snapshot().waiting() == clients.size() - 1);
        served.leave();
        for (Socket client : clients.subList(1, clients.size())) {
            client.getOutputStream().write(request, 10, request.length - 10);
            client.shutdownOutput();
        }
        Await.until("all are served", () -> received.size() == clients.size() - 1);
        received.forEach(bytes -> assertArrayEquals(request, bytes));
    }

    @ParameterizedTest
    @EnumSource
    void clients_that_leave_sockets_are_not_served(Departure departure) throws Exception {
        connect(serveSockets(DepartedClientsTest::platformThread), CLIENTS);
        departedClientsAreNotServed(departure);
    }

    @ParameterizedTest
    @EnumSource
    void clients_that_leave_channels_are_not_served(Departure departure) throws Exception {
        connect(serveChannels(DepartedClientsTest::platformThread), CLIENTS);
        departedClientsAreNotServed(departure);
    }

    @ParameterizedTest
    @EnumSource
    void clients_that_leave_virtual_threads_are_not_served(Departure departure) throws Exception {
        assumeVirtualThreads();
        connect(serveChannels(DepartedClientsTest::virtualThread), CLIENTS);
        departedClientsAreNotServed(departure);
    }

    @Test
    void waiting_sockets_lose_no_byte() throws Exception {
        connect(serveSockets(DepartedClientsTest::platformThread), 10);
        waitersLoseNoByte();
    }

    @Test
    void waiting_channels_lose_no_byte() throws Exception {
        connect(serveChannels(DepartedClientsTest::platformThread), 10);
        waitersLoseNoByte();
    }

    @Test
    void virtual_threads_lose_no_byte() throws Exception {
        assumeVirtualThreads();
        connect(serveChannels(DepartedClientsTest::virtualThread), 10);
        waitersLoseNoByte();
    }

    @Test
    void a_socket_that_is_not_connected_is_refused_in_one_line() throws Exception {
        try (Socket socket = new Socket();
                SocketChannel channel = SocketChannel.open()) {
            assertEquals(
                    "socket must be connected, was " + socket,
                    assertThrows(IllegalArgumentException.class, () -> gate.acquire(socket))
                            .getMessage());
            assertThrows(IllegalArgumentException.class, () -> gate.acquire(channel));
        }
    }
}
