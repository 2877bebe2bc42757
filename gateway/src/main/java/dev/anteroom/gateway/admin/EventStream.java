package dev.anteroom.gateway.admin;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events for the live page. A stream occupies a thread, so their number is limited. The server cuts off any
 * response that takes longer than {@link AdminServer#LONGEST_RESPONSE}, which ends the streams of viewers that do not
 * read; every other stream ends shortly before that. The browser reconnects by itself and receives the history again.
 */
final class EventStream {
    private static final int MAX_VIEWERS = 8;
    private static final Duration DURATION = AdminServer.LONGEST_RESPONSE.minusSeconds(5);
    private static final Duration COMMENT_INTERVAL = Duration.ofSeconds(5);

    private final LiveFeed feed;

    EventStream(LiveFeed feed) {
        this.feed = feed;
    }

    /** Sends events until the viewer leaves or the stream has lasted its full duration. */
    void serve(HttpExchange exchange) throws IOException {
        try (LiveFeed.@Nullable Viewer viewer = feed.open(MAX_VIEWERS)) {
            if (viewer == null) {
                exchange.getResponseHeaders().set("Retry-After", "10");
                AdminHandler.send(exchange, Answer.error(503, "there are already " + MAX_VIEWERS + " viewers"));
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
        long end = System.nanoTime() + DURATION.toNanos();
        write(out, "retry: 200\nevent: history\ndata: " + viewer.history());
        while (System.nanoTime() - end < 0) {
            String sample = viewer.next(COMMENT_INTERVAL);
            write(out, sample == null ? ": no new sample" : "event: sample\ndata: " + sample);
        }
    }

    private static void write(OutputStream out, String event) throws IOException {
        out.write((event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
