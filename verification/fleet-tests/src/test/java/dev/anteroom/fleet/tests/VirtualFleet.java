package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.FleetStatus;
import dev.anteroom.fleet.ScriptRunner;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateClock;
import dev.anteroom.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** The real gates, nodes and script under a virtual clock, which sees that the nodes never serve more than the limit. Single-threaded. */
final class VirtualFleet {
    static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(10);

    final ManualClock clock = new ManualClock();
    final LuaRedis redis = new LuaRedis(clock, new SplittableRandom(1));
    private final List<Node> nodes = new ArrayList<>();
    private final int limit;

    VirtualFleet(int limit) {
        this.limit = limit;
    }

    Node start(String name) {
        return start(name, terms -> terms);
    }

    Node start(String name, UnaryOperator<FleetLimit.Builder> terms) {
        Node node = new Node(name, terms);
        nodes.add(node);
        return node;
    }

    int served() {
        return nodes.stream().mapToInt(Node::served).sum();
    }

    /** Lets time pass. Clients leave and come as they were told to; at every moment no more than the limit are served. */
    void pass(Duration duration) {
        for (long millis = 0; millis < duration.toMillis(); millis += STEP.toMillis()) {
            clock.advance(STEP);
            nodes.forEach(Node::moveClients);
            assertTrue(served() <= limit, () -> served() + " are served of " + limit + ": " + nodes);
        }
    }

    private enum Unmoved implements AdmissionCallback {
        INSTANCE;

        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    }

    /** A node whose way to Redis can be cut, and which can be stopped, as by SIGSTOP, or killed. */
    final class Node implements ScriptRunner {
        private final String name;
        final AdmissionGate gate;
        final FleetLimit fleet;
        private final List<Runnable> missedTasks = new ArrayList<>();
        private final List<Admission> clients = new ArrayList<>();
        private boolean stopped;
        private boolean deaf;
        private boolean dead;
        private int wanted;
        private boolean turnOver;
        private long turns;

        private Node(String name, UnaryOperator<FleetLimit.Builder> terms) {
            this.name = name;
            gate = AdmissionGate.builder()
                    .limit(0)
                    .maxWait(Duration.ZERO)
                    .clock(clock)
                    .build();
            fleet = terms.apply(FleetLimit.builder(gate, this)
                            .fleet("virtual")
                            .node(name)
                            .limit(limit)
                            .lease(LEASE)
                            .clock(new StoppableClock()))
                    .start();
        }

        /** Keeps so many clients there, who stay. */
        void serve(int count) {
            wanted = count;
            turnOver = false;
        }

        /** Keeps so many clients there; each moment one leaves that was served, and another comes. */
        void serveInTurn(int count) {
            wanted = count;
            turnOver = true;
        }

        private void moveClients() {
            if (stopped || dead) {
                return;
            }
            if (turnOver) {
                clients.stream()
                        .filter(client -> client.state() == Admission.State.ADMITTED)
                        .findFirst()
                        .ifPresent(this::leave);
            }
            while (clients.size() > wanted) {
                leave(clients.get(0));
            }
            while (clients.size() < wanted) {
                clients.add(gate.enter(new InetSocketAddress("127.0.0.1", 1), Runnable::run, Unmoved.INSTANCE));
            }
        }

        private void leave(Admission client) {
            turns += client.state() == Admission.State.ADMITTED ? 1 : 0;
            clients.remove(client);
            client.leave();
        }

        /** Lets clients come, as many as were asked for. */
        void enterNow() {
            moveClients();
        }

        /** The clients that are served leave; others come. */
        void endService() {
            List.copyOf(clients).stream()
                    .filter(client -> client.state() == Admission.State.ADMITTED)
                    .forEach(this::leave);
        }

        /** Resets clients, the served first. */
        void cutOff(int count) {
            List<Admission> cut = clients.stream()
                    .filter(client -> client.state() == Admission.State.ADMITTED)
                    .limit(count)
                    .toList();
            clients.removeAll(cut);
            cut.forEach(Admission::leave);
        }

        int served() {
            return gate.snapshot().active();
        }

        /** Clients that were served to the end. */
        long turns() {
            return turns;
        }

        FleetStatus.State state() {
            return fleet.status().state();
        }

        void stop() {
            stopped = true;
        }

        void resume() {
            stopped = false;
            List<Runnable> missed = List.copyOf(missedTasks);
            missedTasks.clear();
            missed.forEach(Runnable::run);
        }

        /** As kill -9: its connections are gone. */
        void kill() {
            dead = true;
            clients.forEach(Admission::leave);
        }

        /** Its reports arrive; answers do not. */
        void goDeaf() {
            deaf = true;
        }

        @Override
        public CompletionStage<List<String>> run(String script, List<String> keys, List<String> arguments) {
            CompletableFuture<List<String>> heard = new CompletableFuture<>();
            redis.run(script, keys, arguments)
                    .thenAccept(answer -> whenRunning(() -> {
                        if (!deaf) {
                            heard.complete(answer);
                        }
                    }));
            return heard;
        }

        private void whenRunning(Runnable task) {
            if (stopped) {
                missedTasks.add(task);
            } else if (!dead) {
                task.run();
            }
        }

        @Override
        public String toString() {
            return name + " " + gate.snapshot() + " " + state();
        }

        private final class StoppableClock implements GateClock {
            @Override
            public long nanoTime() {
                return clock.nanoTime();
            }

            @Override
            public void schedule(long delayNanos, Runnable task) {
                clock.schedule(delayNanos, () -> whenRunning(task));
            }
        }
    }
}
