package dev.anteroom.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.Door;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests at a gate, instead of connections: a client that keeps an idle connection keeps no slot. The server is the
 * JDK's. Requests of one address count as one source. The header {@code X-Time-Left} says how many milliseconds a
 * client has left; a request waits no longer.
 */
public final class HttpRequests {
    private HttpRequests() {}

    /**
     * Starts the server.
     *
     * @param gate the gate that admits requests
     * @param executor begins to serve requests that have waited
     * @param application returns the answer to a request
     * @return the running server
     * @throws IOException if there is no free port
     */
    public static HttpServer start(
            AdmissionGate gate, Executor executor, Supplier<CompletableFuture<String>> application) throws IOException {
        Door<HttpExchange> requests = gate.<HttpExchange>door(request -> gate.sourceKey(request.getRemoteAddress()))
                .timeLeft(HttpRequests::timeLeft);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.createContext("/", request -> {
            try {
                requests.serve(
                                request,
                                executor,
                                slot -> application.get().thenAccept(text -> answer(request, 200, text)))
                        .exceptionally(notAdmitted -> answer(request, 503, "busy"));
            } catch (NumberFormatException e) {
                answer(request, 400, "X-Time-Left must be a number of milliseconds");
            }
        });
        server.start();
        return server;
    }

    private static @Nullable Duration timeLeft(HttpExchange request) {
        String millis = request.getRequestHeaders().getFirst("X-Time-Left");
        return millis == null ? null : Duration.ofMillis(Long.parseLong(millis));
    }

    private static @Nullable Void answer(HttpExchange request, int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (request) {
            if (status == 503) {
                request.getResponseHeaders().add("Retry-After", "1");
            }
            request.sendResponseHeaders(status, body.length);
            request.getResponseBody().write(body);
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
