package dev.anteroom.gateway.admin;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.sun.net.httpserver.HttpServer;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.StartFailure;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Serves the admin endpoints over HTTP. A request that is slow to come holds one thread, for some seconds at most. */
public final class AdminServer implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final int THREADS = 16;

    /** Of the JDK's server, which has no other way to say so; seconds, and bytes. */
    private static final Map<String, String> LIMITS = Map.of(
            "sun.net.httpserver.maxReqTime", "5",
            "sun.net.httpserver.maxRspTime", "10",
            "sun.net.httpserver.nodelay", "true",
            "sun.net.httpserver.drainAmount", Integer.toString(4 << 20));

    private final HttpServer server;
    private final ThreadPoolExecutor threads;

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
     * Begins to serve.
     *
     * @throws StartFailure if the address cannot be listened on
     */
    public static AdminServer start(Endpoint endpoint, Gateway gateway, GateMetrics metrics) throws StartFailure {
        LIMITS.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        try {
            AdminServer admin = new AdminServer(HttpServer.create(endpoint.address(), BACKLOG));
            admin.server.setExecutor(admin.threads);
            admin.server.createContext(
                    "/", new AdminHandler(gateway, metrics, new RequestGuard(endpoint.isLoopback())));
            admin.server.start();
            return admin;
        } catch (IOException e) {
            throw StartFailure.listening("--admin", endpoint, e);
        }
    }

    /** Where it is served. */
    public Endpoint address() {
        return Endpoint.of(server.getAddress());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
