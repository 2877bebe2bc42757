package dev.anteroom.examples;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.NotAdmittedException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A server with a thread for each connection, virtual or not. It sends its answer and closes the connection. A client
 * that leaves while its thread waits is not served.
 */
public final class ThreadPerConnection {
    private static final Logger LOGGER = System.getLogger(ThreadPerConnection.class.getName());
    private static final int BACKLOG = 1_000;

    private ThreadPerConnection() {}

    /**
     * Starts the server.
     *
     * @param gate the gate that admits connections
     * @param threads runs a task for each connection, such as {@code Executors.newVirtualThreadPerTaskExecutor()}
     * @param application returns the answer to a client
     * @return the socket of the running server, which stops when this is closed
     * @throws IOException if there is no free port
     */
    public static ServerSocket start(
            AdmissionGate gate, Executor threads, Supplier<CompletableFuture<String>> application) throws IOException {
        ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        threads.execute(() -> {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    threads.execute(() -> serve(gate, socket, application));
                }
            } catch (IOException e) {
                LOGGER.log(Level.DEBUG, "the server has stopped", e);
            }
        });
        return listener;
    }

    private static void serve(AdmissionGate gate, Socket socket, Supplier<CompletableFuture<String>> application) {
        try (socket;
                Admission slot = gate.acquire(socket)) {
            String answer = application.get().join();
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (NotAdmittedException | InterruptedException | IOException e) {
            LOGGER.log(Level.DEBUG, "the connection is closed", e);
        }
    }
}
