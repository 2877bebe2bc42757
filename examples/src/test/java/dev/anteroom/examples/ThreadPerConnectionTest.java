package dev.anteroom.examples;

import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

@SuppressWarnings("NullAway.Init") // start() sets the fields
class ThreadPerConnectionTest extends ExampleSuite {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocket server;

    @Override
    void start() throws Exception {
        server = ThreadPerConnection.start(gate, threads, this::serve);
    }

    @Override
    String request() throws Exception {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    void stop() throws Exception {
        server.close();
        threads.shutdown();
    }
}
