package dev.anteroom.fleet;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of a fleet: sets a gate's limit to the slots that a Redis lends it out of one limit for all gates.
 * Thread-safe.
 *
 * <pre>{@code
 * AdmissionGate gate = AdmissionGate.builder().limit(0).build();
 * RedisScripts redis = RedisScripts.open(RedisURI.create("redis://10.0.0.7"));
 * FleetLimit fleet = FleetLimit.builder(gate, redis)
 *         .fleet("orders-db")
 *         .node("gate-1")
 *         .limit(200) // of all nodes together
 *         .start();
 * }</pre>
 *
 * <p>From then on nothing else may set the gate's limit. No connection waits for the network: the Redis lends slots
 * ahead of need, and within a fraction of a second moves them from nodes that do not need them to nodes where
 * connections wait. docs/fleet.md states what a fleet promises when nodes, networks or the Redis fail; {@link Lease}
 * explains why the promise holds.
 */
public final class FleetLimit implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(FleetLimit.class.getName());

    private final FleetScript script;
    private final String node;
    private final Duration lease;
    private final Heartbeat heartbeat;

    private FleetLimit(Builder builder) {
        script = new FleetScript(builder.redis, builder.fleet);
        node = builder.node;
        lease = builder.lease;
        Lease.Terms terms = new Lease.Terms(
                builder.limit,
                builder.weight,
                builder.fallback,
                builder.lease.toMillis(),
                builder.cutAfter == null
                        ? -1
                        : TimeUnit.NANOSECONDS.toMillis(Durations.saturatedNanos(builder.cutAfter)));
        heartbeat = new Heartbeat(
                builder.gate, script, builder.clock, builder.node, terms, builder.cutter, builder.byClass);
    }

    /**
     * Returns a builder for a node of a fleet.
     *
     * @param gate the gate, whose limit nothing else sets; build it with a limit of 0
     * @param redis runs the script on the Redis that lends the slots
     * @return a builder; {@link Builder#fleet}, {@link Builder#node} and {@link Builder#limit} are required
     */
    public static Builder builder(AdmissionGate gate, ScriptRunner redis) {
        return new Builder(gate, redis);
    }

    /**
     * Checks that a Redis is fit for a fleet: that it can be reached, accepts the credentials, and allows each command
     * of the script. Makes every call once, on keys that it removes afterwards. The check is optional, because a node
     * asks until it is answered, but it tells an operator about a mistake at the start.
     *
     * @param redis runs the script on the Redis to check
     * @param fleet the fleet's name
     * @return completes when the Redis is found fit; fails with the reason if it is not
     */
    public static CompletionStage<Void> check(ScriptRunner redis, String fleet) {
        Builder.requireName("fleet", fleet);
        FleetScript script = new FleetScript(redis, fleet);
        // Twice: the first call sends the script by EVAL, the second names it by EVALSHA.
        return script.check()
                .thenAccept(FleetLimit::requireFit)
                .thenCompose(fit -> script.check())
                .thenAccept(FleetLimit::requireFit);
    }

    private static void requireFit(List<String> answer) {
        if (answer.equals(List.of("blind"))) {
            throw new IllegalStateException(
                    "its INFO has no run_id or no master_replid, by which a fleet notices lost writes");
        } else if (!answer.equals(List.of("ok"))) {
            throw new IllegalStateException("it does not answer like a Redis");
        }
    }

    /**
     * Returns the status of this node, without asking the Redis.
     *
     * @return the status
     */
    public FleetStatus status() {
        return heartbeat.status();
    }

    /**
     * Asks the Redis for the state of the whole fleet.
     *
     * @return the fleet; fails if the Redis is out of reach or does not know the fleet yet
     */
    public CompletionStage<FleetView> view() {
        return script.view().thenApply(answer -> FleetView.parse(known(answer)));
    }

    /**
     * Changes the fleet's limit for all nodes. The change lasts as long as the Redis or any node remembers it.
     *
     * @param newLimit at least 0, at most {@link AdmissionGate#MAX_COUNT}
     * @return completes when the limit is changed; fails if the Redis does not answer, and the change may then have
     *     been made or not
     * @throws IllegalArgumentException if the limit is out of bounds
     */
    public CompletionStage<Void> limit(int newLimit) {
        requireBetween(0, newLimit, AdmissionGate.MAX_COUNT, "limit");
        return script.limit(newLimit).thenAccept(FleetLimit::known);
    }

    /**
     * Declares, on the operator's word, that a silent node and all its connections are gone. Its slots are free at
     * once. If the node does still serve connections, the fleet may exceed its limit by them.
     *
     * @param name the node's name
     * @return completes when the slots are free; fails with an {@link IllegalStateException} if the node has a lease or
     *     is not known
     */
    public CompletionStage<Void> declareGone(String name) {
        return script.gone(name).thenAccept(answer -> {
            if (answer.get(0).equals("alive")) {
                throw new IllegalStateException(
                        "node " + name + " may not be gone: its lease lasts " + answer.get(1) + "ms more");
            } else if (answer.get(0).equals("unknown")) {
                throw new IllegalStateException("there is no node named " + name);
            }
        });
    }

    private static List<String> known(List<String> answer) {
        if (answer.get(0).equals("unknown")) {
            throw new IllegalStateException("the Redis knows of no such fleet yet");
        }
        return answer;
    }

    /**
     * Leaves the fleet. If the gate serves no connection any more, its slots are free for other nodes at once.
     * Otherwise they stay lent until a node of the same name starts, or until this node is declared {@linkplain
     * #declareGone gone}. Asks a Redis that does not answer again, for the length of a lease at most. Must not be
     * called on the clock's thread.
     */
    @Override
    public void close() {
        CompletableFuture<Void> left = heartbeat.close();
        try {
            left.get(lease.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(Level.WARNING, "fleet: node " + node + " could not tell the Redis that it leaves: " + e);
        }
    }

    private static void requireBetween(int least, int value, int most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be a whole number from " + least + " to " + most + ", was " + value);
        }
    }

    /** Builds a node. Not thread-safe. */
    public static final class Builder {
        private static final int UNSET = -1;

        private final AdmissionGate gate;
        private final ScriptRunner redis;
        private String fleet = "";
        private String node = "";
        private int limit = UNSET;
        private int weight = 1;
        private int fallback;
        private Duration lease = Duration.ofSeconds(5);
        private @Nullable Duration cutAfter;
        private IntConsumer cutter = excess -> {};
        private boolean byClass;
        private GateClock clock = GateClock.system();

        private Builder(AdmissionGate gate, ScriptRunner redis) {
            this.gate = Objects.requireNonNull(gate, "gate");
            this.redis = Objects.requireNonNull(redis, "redis");
        }

        /**
         * Sets the fleet's name.
         *
         * @param name the same for all nodes that share a limit
         * @return this builder
         */
        public Builder fleet(String name) {
            this.fleet = name;
            return this;
        }

        /**
         * Sets the node's name. Starting a node asserts that its namesake is gone with all its connections, so a name
         * made of a machine and a port works well. If the namesake reports after the start, it was not gone: the new
         * node then holds nothing until the namesake leaves or is declared {@linkplain FleetLimit#declareGone gone}.
         *
         * @param name unique in the fleet
         * @return this builder
         */
        public Builder node(String name) {
            this.node = name;
            return this;
        }

        /**
         * Sets the limit of a new fleet. A fleet that exists keeps its own; {@link FleetLimit#limit(int)} changes that.
         *
         * @param limit at least 0, at most {@link AdmissionGate#MAX_COUNT}
         * @return this builder
         */
        public Builder limit(int limit) {
            requireBetween(0, limit, AdmissionGate.MAX_COUNT, "limit");
            this.limit = limit;
            return this;
        }

        /**
         * Sets the node's weight, by which scarce slots and spare slots are shared. Default: 1.
         *
         * @param weight from 1 to 1000; a node of weight 2 gets twice as many slots as a node of weight 1
         * @return this builder
         */
        public Builder weight(int weight) {
            requireBetween(1, weight, 1000, "weight");
            this.weight = weight;
            return this;
        }

        /**
         * Sets the slots that the node keeps when its lease ends while the Redis is out of reach. They are never lent
         * to other nodes, even while this node is idle; that keeps them safe to use as long as the Redis does not lose
         * its data. If the Redis loses its data while the node cannot reach it, the fleet may exceed its limit by the
         * node's fallback until the node reaches it again. Default: 0.
         *
         * @param fallback at least 0; reduced in proportion if all fallbacks together exceed the limit
         * @return this builder
         */
        public Builder fallback(int fallback) {
            requireBetween(0, fallback, AdmissionGate.MAX_COUNT, "fallback");
            this.fallback = fallback;
            return this;
        }

        /**
         * Sets the time for which a node may use its slots without an answer from the Redis. Default: 5 seconds.
         *
         * @param lease from half a second to an hour; the same for all nodes of a fleet
         * @return this builder
         */
        public Builder lease(Duration lease) {
            if (lease.compareTo(Duration.ofMillis(500)) < 0 || lease.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("lease must be from 500ms to 1h, was " + lease);
            }
            this.lease = lease;
            return this;
        }

        /**
         * Promises that the node resets the connections beyond its fallback a given time after its lease has ended.
         * After that time the Redis lends the node's slots to other nodes without hearing from it. Default: the node
         * resets no connection, and its slots stay lent to it while it is silent.
         *
         * @param after the time after the end of the lease
         * @param cutter resets the given number of connections soon; called again if it throws
         * @return this builder
         */
        public Builder cutOff(Duration after, IntConsumer cutter) {
            if (after.isNegative()) {
                throw new IllegalArgumentException("the time to cut off after must not be negative, was " + after);
            }
            this.cutAfter = after;
            this.cutter = Objects.requireNonNull(cutter, "cutter");
            return this;
        }

        /**
         * Lends scarce slots to the nodes with the most urgent waiters, regardless of weights. Meant for fleets whose
         * gates use the priority policy. All nodes of a fleet must agree on it. Default: by weight alone.
         *
         * @return this builder
         */
        public Builder byClass() {
            this.byClass = true;
            return this;
        }

        /**
         * Sets the clock. Default: the system's monotonic clock.
         *
         * @param clock returns the time and schedules the node's steps
         * @return this builder
         */
        public Builder clock(GateClock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets the gate's limit to 0, and joins the fleet.
         *
         * @return the node; close it when the gate's connections are gone
         * @throws IllegalStateException if fleet, node or limit was not set
         */
        public FleetLimit start() {
            requireName("fleet", fleet);
            requireName("node", node);
            if (limit == UNSET) {
                throw new IllegalStateException("limit must be set: it has no default");
            }
            if (fallback > 0) {
                LOGGER.log(
                        Level.WARNING,
                        "fleet: node " + node + " keeps up to " + fallback
                                + " slots while the Redis is out of reach;"
                                + " if the Redis loses its data meanwhile, the fleet may exceed its limit by as many"
                                + " until this node reaches it again");
            }
            gate.limit(0);
            FleetLimit started = new FleetLimit(this);
            started.heartbeat.tick();
            return started;
        }

        private static void requireName(String what, String name) {
            if (!name.matches("[\\w.:-]{1,200}")) {
                throw new IllegalStateException(
                        what + " must be a name of letters, digits and . : - _, was \"" + name + "\"");
            }
        }
    }
}
