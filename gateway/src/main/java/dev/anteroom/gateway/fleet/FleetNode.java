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

/**
 * A gateway's membership in its fleet. Close it after the gateway's connections are closed. Not thread-safe, except for
 * {@link #limit}.
 */
public final class FleetNode implements AutoCloseable {
    /** A property of Lettuce, which warns if there are two native transports. */
    private static final String ONE_NATIVE_TRANSPORT = "io.lettuce.core.iouring";

    /** The timeout of the first answer: a program that has just started is slow. */
    private static final Duration FIRST_ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private final FleetSettings settings;
    private final RedisScripts redis;
    private @Nullable FleetLimit fleet;

    private FleetNode(FleetSettings settings) {
        this.settings = settings;
        this.redis = open(settings, settings.lease().dividedBy(4));
    }

    private static RedisScripts open(FleetSettings settings, Duration timeout) {
        return RedisScripts.open(FleetAccess.uri(settings), timeout, FleetAccess.tls(settings));
    }

    /**
     * Connects to the Redis of a fleet, so that an operator learns at once what is wrong with it.
     *
     * @param settings the settings of the fleet
     * @return a node that has yet to {@link #join}
     * @throws StartFailure if the Redis cannot be reached, denies access, or is unusable
     */
    public static FleetNode reach(FleetSettings settings) throws StartFailure {
        System.setProperty(ONE_NATIVE_TRANSPORT, System.getProperty(ONE_NATIVE_TRANSPORT, "false"));
        try (RedisScripts redis = open(settings, FIRST_ANSWER_TIMEOUT)) {
            FleetLimit.check(redis, settings.name())
                    .toCompletableFuture()
                    .get(2 * FIRST_ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS); // one timeout to connect, one to ask
            return new FleetNode(settings);
        } catch (ExecutionException | TimeoutException e) {
            throw StartFailure.ofSetting("fleet", RedisFailure.describe(settings.redis(), e), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while reaching the fleet's Redis");
        }
    }

    /**
     * Joins the fleet, which lends its slots to a gate from now on.
     *
     * @param gate a gate without slots
     * @param listen the address of the first listener, for a node without a name
     * @throws IllegalArgumentException if the settings are invalid
     * @throws IllegalStateException if a name is invalid
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
     * Returns the fleet's limit.
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
