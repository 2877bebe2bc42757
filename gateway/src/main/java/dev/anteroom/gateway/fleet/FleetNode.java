package dev.anteroom.gateway.fleet;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.RedisScripts;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.proxy.StartFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A gateway's place in its fleet. Closed when its connections are gone. Not thread-safe, but for {@link #limit}. */
public final class FleetNode implements AutoCloseable {
    /** Of Lettuce, which warns where there are two. */
    private static final String ONE_NATIVE_TRANSPORT = "io.lettuce.core.iouring";

    private static final long PATIENCE_SECONDS = 10;

    private final FleetSettings settings;
    private final RedisScripts redis;
    private @Nullable FleetLimit fleet;

    private FleetNode(FleetSettings settings) {
        this.settings = settings;
        this.redis = RedisScripts.open(settings.redis(), settings.lease().dividedBy(4), settings.tls());
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
        FleetNode node = new FleetNode(settings);
        try {
            FleetLimit.check(node.redis, settings.name()).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return node;
        } catch (ExecutionException | TimeoutException e) {
            node.close();
            throw new StartFailure(RedisFailure.describe(settings.redis(), e));
        } catch (InterruptedException e) {
            node.close();
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while reaching the fleet's Redis");
        } catch (RuntimeException e) {
            node.close();
            throw e;
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
