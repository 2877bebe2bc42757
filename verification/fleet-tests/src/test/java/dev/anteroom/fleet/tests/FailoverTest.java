package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.FleetStatus.State;
import dev.anteroom.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A fleet's promises when a replica without the last writes takes over. Two nodes share ten slots, five each. Then the
 * test cuts the connection between the two Redises, and one node takes all ten slots, which the replica never learns.
 */
class FailoverTest {
    private static final int LIMIT = 10;

    private RedisServer primary;
    private RedisServer replica;
    private Partition replication;
    private Partition wayOfA;
    private Partition wayOfB;
    private TestNode a;
    private TestNode b;

    private void start(UnaryOperator<FleetLimit.Builder> terms, String... options) throws IOException {
        primary = RedisServer.open(options);
        replication = new Partition(primary.port());
        replica = RedisServer.open("--replicaof", "127.0.0.1", Integer.toString(replication.port()));
        wayOfA = new Partition(primary.port());
        wayOfB = new Partition(primary.port());
        a = TestNode.start("a", wayOfA, LIMIT, terms);
        b = TestNode.start("b", wayOfB, LIMIT, terms);
        Await.until("the replica knows that both hold half", () -> lentInReplica("a") == 5 && lentInReplica("b") == 5);
    }

    @AfterEach
    void stop() throws InterruptedException, IOException {
        for (AutoCloseable each : new AutoCloseable[] {a, b}) {
            close(each);
        }
        for (Partition each : new Partition[] {wayOfA, wayOfB, replication}) {
            each.close();
        }
        replica.close();
        primary.close();
    }

    private static void close(AutoCloseable node) {
        try {
            node.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private int lentInReplica(String node) {
        return lentIn(replica, node);
    }

    private static int lentIn(RedisServer redis, String node) {
        String answer = redis.say("EVAL \"return tonumber(string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '',"
                + " '^%S+ %S+ (%d+)'))\" 1 anteroom:{test}:nodes " + node);
        return answer.startsWith(":") ? Integer.parseInt(answer.substring(1)) : -1;
    }

    private void loseWrites() {
        replication.cut();
        a.enter(LIMIT);
        Await.until("a has all", () -> a.served() == LIMIT);
        assertEquals(5, lentInReplica("a"));
    }

    private void failOver() throws InterruptedException {
        primary.kill();
        promote();
    }

    private void promote() {
        assertEquals("+OK", replica.say("REPLICAOF NO ONE"));
        wayOfA.leadTo(replica.port());
        wayOfB.leadTo(replica.port());
    }

    private int served() {
        return a.served() + b.served();
    }

    /**
     * Waits, and checks that never more than a number are served. Clients stay until told, so no excess goes unseen.
     */
    private void await(int most, String what, BooleanSupplier condition) {
        Await.until(what, () -> {
            boolean holds = condition.getAsBoolean();
            int served = served();
            assertTrue(served <= most, () -> served + " are served, of " + most);
            return holds;
        });
    }

    @Test
    void nodes_that_reach_the_new_primary_keep_the_limit() throws Exception {
        start(terms -> terms);
        loseWrites();
        b.enter(5);
        failOver();
        await(LIMIT, "b was heard by the new primary", () -> b.state() == State.SETTLING);
        await(LIMIT, "the fleet has settled", () -> a.state() == State.HELD && b.state() == State.HELD);
        assertEquals(LIMIT, a.served());
        assertEquals(0, b.served());
        a.leave(5);
        await(LIMIT, "b has what a left", () -> b.served() == 5);
        assertEquals(5, a.served());
    }

    @Test
    void an_unreachable_node_counts_as_the_new_primary_remembers() throws Exception {
        start(terms -> terms);
        loseWrites();
        int lost = LIMIT - lentInReplica("a");
        wayOfA.cut();
        b.enter(20);
        failOver();
        await(LIMIT + lost, "b has all but what the replica remembers of a", () -> b.served() == LIMIT - 5);
        assertEquals(State.LAPSED, a.state());
        assertEquals(0, a.limit());
        wayOfA.heal();
        await(LIMIT + lost, "a is heard, and is to come down", () -> a.state() == State.HELD && a.limit() == 5);
        assertEquals(LIMIT + lost, served());
        a.leave(5);
        await(LIMIT, "they share alike", () -> a.served() == 5 && b.served() == 5);
    }

    @Test
    void nodes_that_cut_off_connections_always_keep_the_limit() throws Exception {
        start(terms -> terms.cutOff(Duration.ofMillis(100), excess -> a.leave(excess)));
        loseWrites();
        wayOfA.cut();
        b.enter(20);
        failOver();
        await(LIMIT, "b has all", () -> b.served() == LIMIT);
        assertEquals(0, a.served());
        wayOfA.heal();
    }

    @Test
    void a_primary_that_was_a_replica_meanwhile_begins_an_epoch() throws Exception {
        start(terms -> terms);
        loseWrites();
        wayOfA.cut();
        wayOfB.cut();
        assertEquals("+OK", replica.say("REPLICAOF NO ONE"));
        assertEquals("+OK", primary.say("REPLICAOF 127.0.0.1 " + replica.port()));
        Await.until("the old primary has the data of the new", () -> lentIn(primary, "a") == 5);
        assertEquals("+OK", primary.say("REPLICAOF NO ONE"));
        b.enter(20);
        wayOfA.heal();
        wayOfB.heal();
        await(LIMIT, "b was heard by the old primary", () -> b.state() == State.SETTLING);
        await(LIMIT, "the fleet has settled", () -> a.state() == State.HELD && b.state() == State.HELD);
        assertEquals(LIMIT, a.served());
        assertEquals(0, b.served());
    }

    @Test
    void a_primary_that_needs_a_replica_stops_lending_when_cut_off() throws Exception {
        start(
                terms -> terms,
                "--min-replicas-to-write",
                "1",
                "--min-replicas-max-lag",
                "1",
                "--repl-ping-replica-period",
                "1");
        replication.cut();
        Await.until(
                "the primary takes no writes",
                () -> primary.say("SET any thing").startsWith("-NOREPLICAS"));
        a.enter(LIMIT);
        await(5, "the leases have ended", () -> a.state() == State.LAPSED && b.state() == State.LAPSED);
        assertEquals(5, a.served());
        promote(); // the old primary keeps running
        await(LIMIT, "a has all", () -> a.served() == LIMIT);
    }
}
