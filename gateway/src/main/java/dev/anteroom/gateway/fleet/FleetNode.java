package dev.anteroom.gateway.fleet;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.RedisScripts;
import dev.anteroom.gate.AdmissionGate;

/** A gateway's place in its fleet. Closed when its connections are gone. */
public final class FleetNode implements AutoCloseable {
    /** Of Lettuce, which warns where there are two. */
    private static final String ONE_NATIVE_TRANSPORT = "io.lettuce.core.iouring";

    private final RedisScripts redis;
    private final FleetLimit fleet;

    private FleetNode(RedisScripts redis, FleetLimit fleet) {
        this.redis = redis;
        this.fleet = fleet;
    }

    /**
     * Has a gate's limit lent to it from now on. The Redis need not be there yet.
     *
     * @param settings the fleet
     * @param gate one that has no slots yet
     * @return the node
     */
    public static FleetNode join(FleetSettings settings, AdmissionGate gate) {
        System.setProperty(ONE_NATIVE_TRANSPORT, System.getProperty(ONE_NATIVE_TRANSPORT, "false"));
        RedisScripts redis =
                RedisScripts.open(settings.redis(), settings.lease().dividedBy(4));
        FleetLimit.Builder terms = FleetLimit.builder(gate, redis)
                .fleet(settings.name())
                .node(settings.node())
                .limit(settings.limit())
                .weight(settings.weight())
                .fallback(settings.fallback())
                .lease(settings.lease());
        return new FleetNode(redis, (settings.byClass() ? terms.byClass() : terms).start());
    }

    /**
     * What lends the slots.
     *
     * @return the fleet, as this node knows it
     */
    public FleetLimit limit() {
        return fleet;
    }

    @Override
    public void close() {
        fleet.close();
        redis.close();
    }
}
