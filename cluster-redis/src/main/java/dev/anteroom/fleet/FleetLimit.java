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
 * Has a gate's limit lent to it by a Redis that shares one limit among the gates of a fleet. Thread-safe.
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
 * <p>From then on the gate's limit is not to be set by anyone else. No connection waits for the network: slots are lent ahead, and
 * moved from nodes that do not need them to nodes where somebody waits, within a fraction of a second. What is promised when nodes,
 * networks or the Redis fail is told in docs/fleet.md; how the promise is kept, in {@link Lease}.
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
        NodeTerms terms = new NodeTerms(
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
     * Begins a node of a fleet.
     *
     * @param gate one whose limit nobody else sets; it should have been built with a limit of 0
     * @param redis what lends the slots
     * @return a builder, of which {@link Builder#fleet}, {@link Builder#node} and {@link Builder#limit} must be called
     */
    public static Builder builder(AdmissionGate gate, ScriptRunner redis) {
        return new Builder(gate, redis);
    }

    /**
     * Finds out whether a Redis would do for a fleet: whether it can be reached, lets us in, and allows each command of the script. Makes
     * every call once, on keys that are gone afterwards. Not needed, because a node asks until it is answered; but an operator likes to be
     * told at the start.
     *
     * @param redis what would lend the slots
     * @param fleet the fleet's name
     * @return when that was found; fails with the reason if it would not do now
     */
    public static CompletionStage<Void> check(ScriptRunner redis, String fleet) {
        Builder.requireName("fleet", fleet);
        FleetScript script = new FleetScript(redis, fleet);
        // Twice, because a script that is sent and one that is known there are called by different commands.
        return script.check()
                .thenAccept(FleetLimit::requireFit)
                .thenCompose(fit -> script.check())
                .thenAccept(FleetLimit::requireFit);
    }

    private static void requireFit(List<String> answer) {
        if (answer.equals(List.of("blind"))) {
            throw new IllegalStateException(
                    "its INFO has no run_id or no master_replid, by which it would be known again");
        } else if (!answer.equals(List.of("ok"))) {
            throw new IllegalStateException("it does not answer as a Redis does");
        }
    }

    /**
     * Looks at this node.
     *
     * @return how it stands
     */
    public FleetStatus status() {
        return heartbeat.status();
    }

    /**
     * Looks at the whole fleet.
     *
     * @return what the Redis knows of it; fails if that is out of reach, or knows of no such fleet yet
     */
    public CompletionStage<FleetView> view() {
        return script.view().thenApply(answer -> FleetView.parse(known(answer)));
    }

    /**
     * Changes the fleet's limit, for all nodes, now and for as long as the Redis or a node remembers it.
     *
     * @param newLimit at least 0, at most {@link AdmissionGate#MAX_COUNT}
     * @return when that is done; fails if the Redis is out of reach, and it may then be done or not
     * @throws IllegalArgumentException if it is out of bounds
     */
    public CompletionStage<Void> limit(int newLimit) {
        requireBetween(0, newLimit, AdmissionGate.MAX_COUNT, "limit");
        return script.limit(newLimit).thenAccept(FleetLimit::known);
    }

    /**
     * Gives the fleet the operator's word that a node which is not heard is gone, and all its connections with it: what was lent to
     * it is free at once. If that is not so, the fleet's limit may be exceeded by what it serves.
     *
     * @param name the node's
     * @return when that is done; fails with an {@link IllegalStateException} if it is heard, or not known
     */
    public CompletionStage<Void> gone(String name) {
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
     * Leaves the fleet: what the gate held is free for others at once, if none of its connections is left. A Redis that does not answer is
     * asked again; takes a lease's time at most, and is not to be called by the clock's thread.
     * Whoever is still served is accounted for until the node's name is used again, or it is said to be {@linkplain #gone gone}.
     */
    @Override
    public void close() {
        CompletableFuture<Void> farewell = heartbeat.close();
        try {
            farewell.get(lease.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(Level.WARNING, "fleet: node " + node + " could not take its leave: " + e);
        }
    }

    private static void requireBetween(int least, int value, int most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be a whole number from " + least + " to " + most + ", was " + value);
        }
    }

    /** Collects what a node is made of. Not thread-safe. */
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
         * The fleet's name.
         *
         * @param name the same for all nodes that share a limit
         * @return this builder
         */
        public Builder fleet(String name) {
            this.fleet = name;
            return this;
        }

        /**
         * The node's name. To start a node asserts that the one that had its name before is gone, with all its connections; so a
         * name that stands for a machine and a port does well. If that one is heard after the start, it was not gone: then the node
         * holds nothing until that one has left, or is said to be {@linkplain FleetLimit#gone gone}.
         *
         * @param name no other node of the fleet has it
         * @return this builder
         */
        public Builder node(String name) {
            this.node = name;
            return this;
        }

        /**
         * The fleet's slots, unless they have been set already: {@link FleetLimit#limit(int)} changes them.
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
         * The node's share of what is scarce, and of what is to spare. Default: 1.
         *
         * @param weight from 1 to 1000; a node of weight 2 gets twice as much as one of 1
         * @return this builder
         */
        public Builder weight(int weight) {
            requireBetween(1, weight, 1000, "weight");
            this.weight = weight;
            return this;
        }

        /**
         * Slots that the node goes on with when the Redis is out of reach and its lease has ended. They are never lent to others,
         * even while the node has no use for them: that is what makes it safe, as long as the Redis does not forget. If it does while
         * the node cannot reach it, the fleet may exceed its limit by the node's fallback for as long as that lasts. Default: 0.
         *
         * @param fallback at least 0; where the sum over all nodes exceeds the limit, each gets less
         * @return this builder
         */
        public Builder fallback(int fallback) {
            requireBetween(0, fallback, AdmissionGate.MAX_COUNT, "fallback");
            this.fallback = fallback;
            return this;
        }

        /**
         * How long a node may use what it was lent without hearing from the Redis. Default: 5 seconds.
         *
         * @param lease from half a second to an hour; the same for all nodes
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
         * Promises to cut off whom the gate serves beyond its fallback, some time after the lease has ended; what was lent to a node
         * that makes the promise is lent to others after that, unheard. Default: nobody is cut off, and what is lent to a node that is
         * not heard stays so.
         *
         * @param after how long after
         * @param cutter resets the given number of connections, soon; called again if it throws
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
         * Lends the slots that are scarce to the nodes of the most urgent waiters, whatever their weights: for fleets of gates
         * whose policy is priority. Nodes of a fleet agree on it. Default: by weight alone.
         *
         * @return this builder
         */
        public Builder byClass() {
            this.byClass = true;
            return this;
        }

        /**
         * Where time comes from. Default: the machine.
         *
         * @param clock tells the time and runs the timer
         * @return this builder
         */
        public Builder clock(GateClock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Takes the gate's limit over, and joins the fleet.
         *
         * @return the node, which is to be closed when the gate's connections are gone
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
                        "fleet: node " + node + " goes on with up to " + fallback
                                + " slots while the Redis is out of reach;"
                                + " if that forgets them meanwhile, the fleet may exceed its limit by as many until this"
                                + " node reaches it again");
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
