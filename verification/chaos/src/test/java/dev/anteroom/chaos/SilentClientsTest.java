package dev.anteroom.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** 5,000 silent connections from one address, and one honest client from another. */
@EnabledOnOs(OS.LINUX)
class SilentClientsTest {
    private static final int SILENT = 5_000;

    private final Scene scene = Scene.of(3);
    private final Upstream upstream = new Upstream(scene);
    private final List<Socket> silent = new ArrayList<>();

    @BeforeEach
    void set_the_limit() {
        scene.ceiling().raiseTo(20);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : silent) {
            socket.close();
        }
        upstream.close();
    }

    private GatewayProgram crowded(String... options) throws IOException {
        GatewayProgram program = GatewayProgram.start(upstream.address(), options);
        for (int i = 0; i < SILENT; i++) {
            silent.add(connect("127.0.0.2", program));
        }
        return program;
    }

    private static Socket connect(String from, GatewayProgram to) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(to.address(), 20_000);
        socket.setSoTimeout(40_000);
        return socket;
    }

    /** Returns what an honest client receives that orders an answer of one byte. */
    private static String ask(GatewayProgram program) throws IOException {
        try (Socket honest = connect("127.0.0.1", program)) {
            honest.getOutputStream()
                    .write(new Order(1, Order.Conduct.CLOSE_FIRST, 0, 0)
                            .toBytes()
                            .array());
            return new String(honest.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void a_cap_per_source_keeps_slots_for_other_clients() throws IOException {
        try (GatewayProgram program = crowded("--limit", "20", "--max-per-source", "15")) {
            assertEquals("A", ask(program));
            assertEquals(0, program.gauges().expired());
        }
    }

    @Test
    void without_a_cap_another_client_is_told_after_the_longest_wait() throws IOException {
        try (GatewayProgram program = crowded("--limit", "20", "--max-wait", "1s", "--busy-message", Client.BUSY)) {
            assertEquals(Client.BUSY, ask(program));
        }
    }
}
