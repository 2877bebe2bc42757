package dev.anteroom.gateway.fleet;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.RedisScripts;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.FleetSettings;
import dev.anteroom.gateway.proxy.StartFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A gateway's place in its fleet. Closed when its connections are gone. Not thread-safe, but for {@link #limit}. */
public final class FleetNode implements AutoCloseable {
    /** Of Lettuce, which warns where there are two. */
    private static final String ONE_NATIVE_TRANSPORT = "io.lettuce.core.iouring";

    /** How long the first answer may take: a program that has just started is slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final FleetSettings settings;
    private final RedisScripts redis;
    private @Nullable FleetLimit fleet;

    private FleetNode(FleetSettings settings) {
        this.settings = settings;
        this.redis = open(settings, settings.lease().dividedBy(4));
    }

    private static RedisScripts open(FleetSettings settings, Duration patience) {
        return RedisScripts.open(FleetAccess.uri(settings), patience, FleetAccess.tls(settings));
    }

    /**
     * Reaches the Redis of a fleet, to tell an operator at once what is wrong with it.
     *
     * @param settings the fleet
     * @return a node that is yet to {@link #join}
     * @throws StartFailure if it cannot be reached, does not let us in, or will not do
     */
    public static FleetNode reach(FleetSettings settings) throws StartFailure {
        System.setProperty(ONE_NATIVE_TRANSPORT, System.getProperty(ONE_NATIVE_TRANSPORT, "false"));
        try (RedisScripts redis = open(settings, PATIENCE)) {
            FleetLimit.check(redis, settings.name())
                    .toCompletableFuture()
                    .get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS); // to connect, and to ask
            return new FleetNode(settings);
        } catch (ExecutionException | TimeoutException e) {
            throw StartFailure.ofSetting("fleet", RedisFailure.describe(FleetAccess.uri(settings), e), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while reaching the fleet's Redis");
        }
    }

    /**
     * Has a gate's limit lent to it from now on.
     *
     * @param gate one that has no slots yet
     * @param listen where the gateway listens, for a node without a name
     * @throws IllegalArgumentException if the settings will not do
     * @throws IllegalStateException if a name will not do
     */
    public void join(AdmissionGate gate, Endpoint listen) {
        String own = settings.node();
        FleetLimit.Builder terms = FleetLimit.builder(gate, redis)
                .fleet(settings.name())
                .node(own == null ? hostName() + ":" + listen.address().getPort() : own)
                .limit(settings.limit())
                .weight(settings.weight())
                .fallback(settings.fallback())
                .lease(settings.lease());
        fleet = (settings.byClass() ? terms.byClass() : terms).start();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /**
     * What lends the slots.
     *
     * @return the fleet, as this node knows it
     * @throws IllegalStateException if the node has not joined
     */
    public FleetLimit limit() {
        if (fleet == null) {
            throw new IllegalStateException("the node has not joined its fleet");
        }
        return fleet;
    }

    @Override
    public void close() {
        if (fleet != null) {
            fleet.close();
        }
        redis.close();
    }
}
