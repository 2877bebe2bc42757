package dev.anteroom.gateway.admin;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.sun.net.httpserver.HttpServer;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.fleet.FleetNode;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.StartFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the admin endpoints over HTTP. A request that arrives slowly occupies one thread, for five seconds at most.
 */
public final class AdminServer implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final int THREADS = 24;
    private static final int SAMPLE_SECONDS = 1;

    /** The time after which a client that does not read its response is cut off. */
    static final Duration LONGEST_RESPONSE = Duration.ofSeconds(60);

    /** System properties, in seconds and bytes: the only way to set the limits of the JDK's HTTP server. */
    private static final Map<String, String> LIMITS = Map.of(
            "sun.net.httpserver.maxReqTime",
            "5",
            "sun.net.httpserver.maxRspTime",
            Long.toString(LONGEST_RESPONSE.toSeconds()),
            "sun.net.httpserver.nodelay",
            "true",
            "sun.net.httpserver.drainAmount",
            Integer.toString(4 << 20));

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService sampler =
            Executors.newSingleThreadScheduledExecutor(new ThreadFactoryBuilder()
                    .setNameFormat("anteroom-sampler")
                    .setDaemon(true)
                    .build());

    private AdminServer(HttpServer server) {
        this.server = server;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new ThreadFactoryBuilder()
                        .setNameFormat("anteroom-admin-%d")
                        .setDaemon(true)
                        .build());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Starts the admin server.
     *
     * @param reload reads the configuration file again and returns its faults, one a line; null if there is no file
     * @throws StartFailure if the address cannot be bound, or other machines can reach it and no token is set
     */
    public static AdminServer start(
            Endpoint endpoint,
            Gateway gateway,
            @Nullable FleetNode node,
            GateMetrics metrics,
            LiveFeed feed,
            @Nullable AdminToken token,
            @Nullable Supplier<List<String>> reload)
            throws StartFailure {
        if (!endpoint.isLoopback() && token == null) {
            throw StartFailure.ofSetting(
                    "admin",
                    endpoint
                            + " can be reached from other machines, so it needs a token; set one"
                            + " with --admin-token-file or in " + AdminToken.VARIABLE + ", or listen on 127.0.0.1",
                    null);
        }
        LIMITS.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        try {
            AdminServer admin = new AdminServer(HttpServer.create(endpoint.address(), BACKLOG));
            admin.server.setExecutor(admin.threads);
            FleetResource fleet = node == null ? null : new FleetResource(node.limit());
            admin.server.createContext(
                    "/",
                    new AdminHandler(
                            gateway, fleet, metrics, feed, new RequestGuard(endpoint.isLoopback(), token), reload));
            admin.sampler.execute(() -> admin.sample(feed, gateway));
            admin.server.start();
            return admin;
        } catch (IOException e) {
            throw StartFailure.listening("admin", endpoint, e);
        }
    }

    /**
     * Takes a sample and schedules the next one, even if this one fails. A task scheduled at a fixed rate would stop at
     * its first failure.
     */
    private void sample(LiveFeed feed, Gateway gateway) {
        try {
            feed.sample(gateway);
        } finally {
            sampleLater(feed, gateway);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a sample schedules the next one
    private void sampleLater(LiveFeed feed, Gateway gateway) {
        try {
            sampler.schedule(() -> sample(feed, gateway), SAMPLE_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            // The server is closed.
        }
    }

    /** Returns the address on which the server listens. */
    public Endpoint address() {
        return Endpoint.of(server.getAddress());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        sampler.shutdownNow();
    }
}
