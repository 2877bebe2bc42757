package dev.anteroom.fleet.tests;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A fleet of real gates, nodes and the real script under a virtual clock and network. Half of the nodes are hot: their
 * clients could use more slots than there are, and return as soon as they have been served. Then the other half is hot.
 * Single-threaded.
 */
final class FleetSimulation {
    /**
     * The result of a simulation.
     *
     * @param nodes the number of nodes
     * @param limit the fleet's limit
     * @param peak the most connections served at once
     * @param convergenceMillis the time from the change of the hot half until all slots were in use there
     * @param callsPerSecond the calls of the script per second while all hot nodes had waiters
     * @param wasted the share of slots that were free in that period while a connection waited at any node
     */
    record Result(int nodes, int limit, int peak, long convergenceMillis, double callsPerSecond, double wasted) {}

    private static final int SLOTS_PER_NODE = 5;
    private static final int CLIENTS_PER_HOT_NODE = 12;
    private static final long SERVICE_NANOS = 100_000_000;
    private static final Duration STEP = Duration.ofMillis(10);

    private final ManualClock clock = new ManualClock();
    private final SplittableRandom random;
    private final LuaRedis redis;
    private final List<Node> nodes = new ArrayList<>();
    private final int limit;
    private int served;
    private int peak;

    FleetSimulation(int count, long seed) {
        random = new SplittableRandom(seed);
        redis = new LuaRedis(clock, random.split());
        limit = SLOTS_PER_NODE * count;
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofNanos(random.nextLong(STEP.toNanos())));
            nodes.add(new Node("node-" + i));
        }
    }

    Result run() {
        heat(0);
        advance(Duration.ofSeconds(12)); // more than a lease, before which a new fleet lends nothing
        require(served > limit * 0.95, "the hot half uses only " + served + " of " + limit + " slots");
        heat(1);
        long convergence = 0;
        while (servedByHalf(1) < limit * 0.98) {
            advance(STEP);
            convergence += STEP.toMillis();
            require(convergence < 60_000, "the slots do not move to the other half");
        }
        advance(Duration.ofSeconds(2));
        long callsBefore = redis.calls();
        long free = 0;
        int looks = 0;
        for (; looks < 500; looks++) {
            advance(STEP);
            free += limit - served;
        }
        double seconds = looks * STEP.toMillis() / 1000.0;
        double wasted = free / (double) looks / limit;
        return new Result(nodes.size(), limit, peak, convergence, (redis.calls() - callsBefore) / seconds, wasted);
    }

    private void advance(Duration duration) {
        clock.advance(duration);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    private void heat(int half) {
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).clients(i % 2 == half ? CLIENTS_PER_HOT_NODE : 0);
        }
    }

    private int servedByHalf(int half) {
        int sum = 0;
        for (int i = half; i < nodes.size(); i += 2) {
            sum += nodes.get(i).gate.snapshot().active();
        }
        return sum;
    }

    private final class Node {
        private final AdmissionGate gate = AdmissionGate.builder()
                .limit(0)
                .maxWait(Duration.ZERO)
                .clock(clock)
                .build();
        private final List<Client> clients = new ArrayList<>();
        private int wanted;

        Node(String name) {
            FleetLimit.builder(gate, redis)
                    .fleet("simulated")
                    .node(name)
                    .limit(limit)
                    .clock(clock)
                    .start();
        }

        /** Starts or stops the node's clients. */
        void clients(int count) {
            wanted = count;
            while (clients.size() < count) {
                Client client = new Client(this);
                clients.add(client);
                client.enter();
            }
            if (count == 0) {
                List.copyOf(clients).forEach(Client::giveUp);
            }
        }
    }

    private final class Client implements AdmissionCallback {
        private final Node node;
        private Admission admission;

        Client(Node node) {
            this.node = node;
        }

        void enter() {
            admission = node.gate.enter(new InetSocketAddress("127.0.0.1", 1), Runnable::run, this);
            if (admission.decision() == Admission.Decision.ADMITTED) {
                admitted(admission);
            }
        }

        /** Makes waiting clients leave; served clients finish. */
        void giveUp() {
            if (admission.state() == Admission.State.WAITING) {
                admission.leave();
                node.clients.remove(this);
            }
        }

        @Override
        public void turnedAway(Admission mine) {}

        @Override
        public void admitted(Admission mine) {
            served++;
            peak = Math.max(peak, served);
            clock.schedule(1 + (long) (-Math.log(1 - random.nextDouble()) * SERVICE_NANOS), () -> {
                served--;
                mine.leave();
                if (node.clients.size() <= node.wanted) {
                    enter();
                } else {
                    node.clients.remove(this);
                }
            });
        }
    }
}
