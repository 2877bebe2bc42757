package dev.anteroom.gateway.admin;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events for the live page. A stream holds a thread, so there are few, and each ends after a while: the server cuts off any
 * response that takes longer than {@link AdminServer#LONGEST_RESPONSE}, which is also what ends one whose viewer does not read. The
 * browser asks again by itself, and goes on where it was.
 */
final class EventStream {
    private static final int VIEWERS = 8;
    private static final Duration LENGTH = AdminServer.LONGEST_RESPONSE.minusSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final LiveFeed feed;

    EventStream(LiveFeed feed) {
        this.feed = feed;
    }

    /** Answers with events until the viewer is gone or the time is over. */
    void serve(HttpExchange exchange) throws IOException {
        try (LiveFeed.@Nullable Viewer viewer = feed.open(VIEWERS)) {
            if (viewer == null) {
                exchange.getResponseHeaders().set("Retry-After", "10");
                AdminHandler.send(exchange, Answer.error(503, "there are " + VIEWERS + " viewers already"));
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(200, 0);
            stream(viewer, exchange.getResponseBody());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stream(LiveFeed.Viewer viewer, OutputStream out) throws IOException, InterruptedException {
        long end = System.nanoTime() + LENGTH.toNanos();
        write(out, "retry: 200\nevent: history\ndata: " + viewer.history());
        while (System.nanoTime() - end < 0) {
            String sample = viewer.next(PATIENCE);
            write(out, sample == null ? ": nothing new" : "event: sample\ndata: " + sample);
        }
    }

    private static void write(OutputStream out, String event) throws IOException {
        out.write((event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
