package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the upstreams of a listener again and again, and hangs up at once. A connection of a client proves as much, so one
 * that was made spares the next check; and a server that has no room is left alone, so a check is one connection more only
 * if clients come while it lasts. Lives on one event loop.
 */
final class HealthCheck {
    /** How often it is looked whether there is something to check, while there is not. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Upstreams upstreams;
    private final EventLoop loop;

    private HealthCheck(Upstreams upstreams, EventLoop loop) {
        this.upstreams = upstreams;
        this.loop = loop;
    }

    /** Checks until the upstreams are closed, whenever the settings of the upstreams say so. */
    static void begin(Upstreams upstreams, EventLoop loop) {
        loop.execute(new HealthCheck(upstreams, loop)::checkAll);
    }

    private void checkAll() {
        if (upstreams.isClosed()) {
            return;
        }
        HealthSettings health = upstreams.health();
        try {
            if (health != null) {
                upstreams.unproven().forEach(server -> check(server, health.interval()));
            }
        } finally {
            checkAgainAfter(health == null ? PAUSE : health.interval());
        }
    }

    private void checkAgainAfter(Duration pause) {
        try {
            loop.schedule(pause, this::checkAll);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and nobody asks any more.
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // how it ends is told to the upstreams, either way
    private void check(UpstreamServer server, Duration timeout) {
        HangUp protocol = new HangUp(upstreams.sendProxy());
        loop.connect(server.address().address(), protocol, timeout).whenComplete((connection, reason) -> {
            if (reason == null) {
                upstreams.succeeded(server);
            } else {
                upstreams.failed(server, reason);
            }
        });
    }

    /** Has nothing to say, but that it comes from nobody if that must be said. */
    private record HangUp(@Nullable ProxyVersion sendProxy) implements Protocol {
        @Override
        public void connectionMade(Transport transport) {
            if (sendProxy != null) {
                transport.write(ByteBuffer.wrap(sendProxy.header(null)));
            }
            transport.close();
        }

        @Override
        public void dataReceived(ByteBuffer data) {}

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }
}
