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

/** Real gates, nodes and the real script under a virtual clock; checks the limit at every moment. Single-threaded. */
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

    /** Advances the clock. Clients leave and return as set, and the limit is checked at every moment. */
    void pass(Duration duration) {
        for (long millis = 0; millis < duration.toMillis(); millis += STEP.toMillis()) {
            clock.advance(STEP);
            nodes.forEach(Node::updateClients);
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

    /** A node whose connection to Redis can be cut, and which can be stopped, as by SIGSTOP, or killed. */
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

        /** Keeps a number of clients connected, which stay. */
        void serve(int count) {
            wanted = count;
            turnOver = false;
        }

        /** Keeps a number of clients connected; at each moment one served client is replaced by another. */
        void serveInTurn(int count) {
            wanted = count;
            turnOver = true;
        }

        private void updateClients() {
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

        /** Adds clients up to the wanted number. */
        void enterNow() {
            updateClients();
        }

        /** Replaces all served clients by others. */
        void endService() {
            List.copyOf(clients).stream()
                    .filter(client -> client.state() == Admission.State.ADMITTED)
                    .forEach(this::leave);
        }

        /** Resets clients, served ones first. */
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

        /** Returns the number of clients that were served to the end. */
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

        /** Simulates SIGKILL: closes the node's connections. */
        void kill() {
            dead = true;
            clients.forEach(Admission::leave);
        }

        /** Drops the answers to this node; its reports still arrive. */
        void dropAnswers() {
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
