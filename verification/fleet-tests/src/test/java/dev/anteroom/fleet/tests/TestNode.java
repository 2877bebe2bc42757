package dev.anteroom.fleet.tests;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.FleetStatus;
import dev.anteroom.fleet.FleetView;
import dev.anteroom.fleet.RedisScripts;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.scheduler.Policies;
import dev.anteroom.testkit.Await;
import io.lettuce.core.RedisURI;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A node of a fleet, with its gate and clients. */
final class TestNode implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(2);

    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(0)
            .maxWait(Duration.ZERO)
            .policy(Policies.parse("priority"))
            .priorityClass(address -> ((InetSocketAddress) address).getPort())
            .build();
    private final List<Admission> clients = new ArrayList<>();
    private final RedisScripts redis;
    final FleetLimit fleet;

    private TestNode(String name, RedisURI uri, int limit, UnaryOperator<FleetLimit.Builder> terms) {
        redis = RedisScripts.open(uri, Duration.ofMillis(500));
        fleet = terms.apply(FleetLimit.builder(gate, redis)
                        .fleet("test")
                        .node(name)
                        .limit(limit)
                        .lease(LEASE))
                .start();
    }

    static TestNode start(String name, RedisServer redis, int limit) {
        return start(name, redis, limit, terms -> terms);
    }

    static TestNode start(String name, RedisServer redis, int limit, UnaryOperator<FleetLimit.Builder> terms) {
        return new TestNode(name, redis.uri(), limit, terms);
    }

    /** Creates a node whose connection to Redis the test can cut. */
    static TestNode start(String name, Partition way, int limit, UnaryOperator<FleetLimit.Builder> terms) {
        return new TestNode(name, RedisURI.create("127.0.0.1", way.port()), limit, terms);
    }

    /** Callbacks that do nothing, because the tests look at the gate instead. */
    private enum Unmoved implements AdmissionCallback {
        INSTANCE;

        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    }

    /** Adds clients, which stay until {@link #leave}. */
    void enter(int count) {
        enter(count, 10);
    }

    /** Adds clients of a priority class. */
    void enter(int count, int priorityClass) {
        for (int i = 0; i < count; i++) {
            clients.add(gate.enter(new InetSocketAddress("127.0.0.1", priorityClass), Runnable::run, Unmoved.INSTANCE));
        }
    }

    /** Makes a number of clients leave, served ones first. */
    void leave(int count) {
        clients.sort((a, b) -> a.state().compareTo(b.state()));
        List<Admission> served = clients.stream()
                .filter(client -> client.state() == Admission.State.ADMITTED)
                .limit(count)
                .toList();
        served.forEach(Admission::leave);
        clients.removeAll(served);
    }

    int served() {
        return gate.snapshot().active();
    }

    /** Returns the slots that the node may use. */
    int held() {
        return Math.max(gate.limit(), served());
    }

    /** Returns the number of slots that the node should come down to. */
    int limit() {
        return gate.limit();
    }

    FleetStatus.State state() {
        return fleet.status().state();
    }

    FleetView view() {
        return Await.value(fleet.view().toCompletableFuture());
    }

    /** Simulates a crash: closes all connections without telling the Redis. */
    void crash() {
        redis.close();
        clients.forEach(Admission::leave);
        fleet.close();
    }

    @Override
    public void close() {
        clients.forEach(Admission::leave);
        fleet.close();
        redis.close();
    }
}
