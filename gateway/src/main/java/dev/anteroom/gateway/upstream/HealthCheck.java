package dev.anteroom.gateway.upstream;

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
 * Checks the upstreams of a listener by connecting to each one and closing the connection at once. A client's
 * connection proves as much, so one that was made spares the next check. A server without room is not checked, so a
 * check adds a connection beyond the server's limit only if clients arrive while it lasts. Confined to one event loop.
 */
public final class HealthCheck {
    /** Time between two looks at the settings while health checks are off. */
    private static final Duration IDLE_INTERVAL = Duration.ofSeconds(1);

    private final Upstreams upstreams;
    private final EventLoop loop;

    private HealthCheck(Upstreams upstreams, EventLoop loop) {
        this.upstreams = upstreams;
        this.loop = loop;
    }

    /** Starts the checks. They run until the upstreams are closed, whenever the settings ask for them. */
    public static void begin(Upstreams upstreams, EventLoop loop) {
        loop.execute(new HealthCheck(upstreams, loop)::checkAll);
    }

    private void checkAll() {
        if (upstreams.isClosed()) {
            return;
        }
        HealthSettings health = upstreams.health();
        try {
            if (health != null) {
                upstreams.takeDueForCheck().forEach(server -> check(server, health.interval()));
            }
        } finally {
            checkAgainAfter(health == null ? IDLE_INTERVAL : health.interval());
        }
    }

    private void checkAgainAfter(Duration pause) {
        try {
            loop.schedule(pause, this::checkAll);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and the checks end with it.
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the upstreams learn of either outcome
    private void check(UpstreamServer server, Duration timeout) {
        ConnectAndClose protocol = new ConnectAndClose(upstreams.sendProxy());
        loop.connect(server.address().address(), protocol, timeout).whenComplete((connection, reason) -> {
            if (reason == null) {
                upstreams.succeeded(server);
            } else {
                upstreams.failed(server, reason);
            }
        });
    }

    /** Closes the connection at once, after a PROXY header for a connection of the proxy's own if one is required. */
    private record ConnectAndClose(@Nullable ProxyVersion sendProxy) implements Protocol {
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
