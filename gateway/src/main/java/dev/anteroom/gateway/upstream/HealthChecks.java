package dev.anteroom.gateway.upstream;

import dev.anteroom.gateway.config.UpstreamPoolSettings;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Checks servers by connecting to each one and closing the connection at once. A client's connection proves as much, so
 * one that was made spares the next check. A server without room is not checked, so a check adds a connection beyond
 * the server's limit only if clients arrive while it lasts. Each checked server has one timer. Confined to one event
 * loop, except for {@link #refresh}.
 */
final class HealthChecks {
    private final Upstreams upstreams;
    private final EventLoop loop;
    private final Map<UpstreamServer, Chain> chains = new HashMap<>();

    HealthChecks(Upstreams upstreams, EventLoop loop) {
        this.upstreams = upstreams;
        this.loop = loop;
    }

    /** Starts, changes and ends the checks as the settings say now. May be called from any thread. */
    void refresh() {
        try {
            loop.execute(this::refreshNow);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and the checks ended with it.
        }
    }

    private void refreshNow() {
        Map<UpstreamServer, UpstreamPoolSettings> checked = upstreams.checked();
        chains.entrySet().removeIf(entry -> {
            boolean unchecked = !checked.containsKey(entry.getKey());
            if (unchecked) {
                entry.getValue().stop();
            }
            return unchecked;
        });
        checked.forEach(
                (server, settings) -> chains.computeIfAbsent(server, Chain::new).follow(settings));
    }

    /** The checks of one server. */
    private final class Chain {
        private final UpstreamServer server;
        private @Nullable UpstreamPoolSettings settings;
        private @Nullable Cancellable timer;

        Chain(UpstreamServer server) {
            this.server = server;
        }

        /** Applies settings; starts to count anew if the interval has changed. */
        void follow(UpstreamPoolSettings next) {
            Duration before = settings == null ? null : settings.healthInterval();
            settings = next;
            if (!next.healthInterval().equals(before)) {
                stop();
                tick(next);
            }
        }

        void stop() {
            if (timer != null) {
                timer.cancel();
            }
        }

        private void tick(UpstreamPoolSettings now) {
            try {
                if (upstreams.takeDueForCheck(server)) {
                    check(now);
                }
            } finally {
                tickAfter(now.healthInterval());
            }
        }

        private void tickAfter(Duration pause) {
            try {
                timer = loop.schedule(pause, () -> {
                    if (settings != null) {
                        tick(settings);
                    }
                });
            } catch (RejectedExecutionException e) {
                // The loop is closed, and the checks end with it.
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // the upstreams learn of either outcome
        private void check(UpstreamPoolSettings now) {
            long begun = upstreams.now();
            loop.connect(server.address(), new ConnectAndClose(now.sendProxy()), now.healthInterval())
                    .whenComplete((connection, reason) -> {
                        if (reason == null) {
                            upstreams.succeeded(server, false);
                        } else {
                            upstreams.failed(server, begun, reason);
                        }
                    });
        }
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
