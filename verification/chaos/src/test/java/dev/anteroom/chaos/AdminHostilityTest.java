package dev.anteroom.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Under hostile requests the admin endpoint still answers the operator, and the gate does not change. */
@EnabledOnOs(OS.LINUX)
class AdminHostilityTest {
    private static final String PATCH =
            "PATCH /api/gate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";

    private static Upstream upstream;
    private static GatewayProgram program;
    private final List<Socket> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        upstream = new Upstream(Scene.of(1));
        program = GatewayProgram.start(upstream.address(), "--limit", "20");
    }

    @AfterAll
    static void end() {
        program.close();
        upstream.close();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    private Socket send(String request) throws IOException {
        Socket socket = new Socket(program.admin().getAddress(), program.admin().getPort());
        open.add(socket);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Returns the status of an answer; 0 if the connection was closed without one. */
    private static int status(Socket socket) throws IOException {
        try {
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return answer.length() < 12 ? 0 : Integer.parseInt(answer.substring(9));
        } catch (SocketException e) {
            return 0;
        }
    }

    private void expectUnharmed() {
        assertEquals(0, program.gauges().active());
        assertEquals("", program.errors());
    }

    /** An unfinished request occupies a thread only until the timeout for requests. */
    @Test
    void two_hundred_unfinished_requests_do_not_block_the_operator() throws IOException {
        for (int i = 0; i < 100; i++) {
            send("GET /api/gate HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
            send(PATCH + "Content-Length: 1000\r\n\r\n{");
        }
        expectUnharmed();
    }

    @Test
    void a_body_of_megabytes_is_refused() throws IOException {
        Socket socket = send(PATCH + "Content-Length: 3000000\r\n\r\n" + "[".repeat(100_000));
        for (int i = 0; i < 29; i++) {
            socket.getOutputStream().write("[".repeat(100_000).getBytes(StandardCharsets.ISO_8859_1));
        }
        assertEquals(400, status(socket));
        expectUnharmed();
    }

    @Test
    void a_header_of_megabytes_is_not_read_to_the_end() throws IOException {
        Socket socket = send("GET /api/gate HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        int status;
        try {
            for (int i = 0; i < 4_000; i++) {
                socket.getOutputStream()
                        .write(("X-Header-" + i + ": " + "x".repeat(1_000) + "\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
            socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
            status = status(socket);
        } catch (SocketException e) {
            status = 0;
        }
        assertTrue(status == 0 || status >= 400, "status " + status);
        expectUnharmed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "GET\r\n\r\n",
                "GET /api/gate\r\n\r\n",
                "GET http:// HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "PATCH /api/gate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n{\"limit\": 1}",
                "PATCH /api/gate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n{\"limit\": 1}",
                "PATCH /api/gate HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"limit\": 1}",
                "PATCH /api/gate HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 12\r\n\r\n{\"limit\": 1}",
                "PATCH /api/gate HTTP/1.1\r\nHost: [::1]\r\nOrigin: http://evil\r\nContent-Length: 12\r\n\r\n"
                        + "{\"limit\": 1}",
                "PATCH /api/gate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{\"limit\":",
                "OPTIONS /api/gate HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n\r\n"
            })
    void malformed_and_foreign_requests_change_nothing(String request) throws IOException {
        Socket socket = send(request);
        socket.shutdownOutput();
        int status = status(socket);
        assertTrue(status == 0 || status >= 400, "status " + status);
        expectUnharmed();
    }
}
