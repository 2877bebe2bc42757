package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.FleetStatus.State;
import dev.anteroom.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fleet's promises on a real Redis, with gates in this process. */
class FleetLimitTest {
    private RedisServer redis;
    private TestNode a;
    private TestNode b;

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.open();
    }

    @AfterEach
    void stop() throws InterruptedException, IOException {
        for (TestNode node : new TestNode[] {a, b}) {
            if (node != null) {
                node.close();
            }
        }
        redis.close();
    }

    private void startBoth(int limit) {
        a = TestNode.start("a", redis, limit);
        b = TestNode.start("b", redis, limit);
        Await.until("both hold half", () -> a.held() == limit / 2 && b.held() == limit / 2);
    }

    @Test
    void spare_slots_are_lent_ahead_of_need() {
        startBoth(10);
        assertEquals(10, a.held() + b.held());
    }

    @Test
    void a_new_fleet_lends_nothing_until_a_lease_is_over() {
        a = TestNode.start("a", redis, 10);
        long begin = System.nanoTime();
        a.enter(1);
        Await.until("a serves", () -> a.served() == 1);
        assertTrue(System.nanoTime() - begin >= TestNode.LEASE.toNanos());
    }

    @Test
    void slots_move_from_an_idle_node_to_one_with_waiters() {
        startBoth(10);
        a.enter(10);
        Await.until("a has all", () -> a.served() == 10);
    }

    @Test
    void a_node_in_need_gets_the_slots_that_another_gives_back() {
        startBoth(10);
        a.enter(30);
        Await.until("a has all", () -> a.served() == 10);
        b.enter(30);
        Await.until("a knows that it should come down", () -> a.limit() == 5);
        for (int left = 0; left < 5; left++) {
            a.leave(1);
            assertTrue(a.held() + b.held() <= 10);
        }
        Await.until("they share alike", () -> a.served() == 5 && b.served() == 5);
    }

    @Test
    void scarce_slots_are_shared_by_weight() {
        a = TestNode.start("a", redis, 12, terms -> terms.weight(3));
        b = TestNode.start("b", redis, 12);
        a.enter(50);
        b.enter(50);
        Await.until("a serves three times as many as b", () -> a.served() == 9 && b.served() == 3);
    }

    @Test
    void by_class_the_most_urgent_waiters_of_all_nodes_are_first() {
        a = TestNode.start("a", redis, 10, FleetLimit.Builder::byClass);
        b = TestNode.start("b", redis, 10, FleetLimit.Builder::byClass);
        a.enter(20);
        b.enter(20);
        Await.until("all are in use", () -> a.served() + b.served() == 10);
        b.enter(10, 0);
        Await.until("a knows that it should come down", () -> a.limit() == 0);
        a.leave(10);
        Await.until("the urgent clients of b are served before others of a", () -> b.served() == 10);
    }

    @Test
    void one_call_changes_the_limit_and_cuts_off_no_connection() {
        startBoth(4);
        a.enter(20);
        b.enter(20);
        Await.until(
                "both are heard to need more", () -> a.view().nodes().stream().allMatch(node -> node.waiting() == 18));
        Await.value(a.fleet.limit(8).toCompletableFuture());
        Await.until("the new slots are in use", () -> a.served() == 4 && b.served() == 4);
        Await.value(b.fleet.limit(2).toCompletableFuture());
        Await.until(
                "both have heard",
                () -> a.fleet.status().limit() == 2 && b.fleet.status().limit() == 2);
        assertEquals(8, a.served() + b.served());
        a.leave(4);
        b.leave(4);
        Await.until("they share the remaining two", () -> a.served() == 1 && b.served() == 1);
    }

    @Test
    void a_node_that_leaves_gives_its_slots_back_at_once() {
        startBoth(10);
        a.close();
        b.enter(10);
        Await.until("b has all", () -> b.served() == 10);
        assertEquals(1, b.view().nodes().size());
        a = null;
    }

    @Test
    void slots_of_a_silent_node_stay_lent_until_its_name_returns() {
        startBoth(10);
        a.enter(4);
        Await.until(
                "a is heard to serve",
                () -> a.served() == 4 && a.view().nodes().get(0).served() == 4);
        int lost = a.held();
        a.crash();
        b.enter(20);
        Await.until("the lease of a has ended", () -> b.view().nodes().get(0).lapsed());
        Await.until("b has the rest", () -> b.served() == 10 - lost);
        a = TestNode.start("a", redis, 10);
        Await.until("b has what a held before", () -> b.served() == 10);
    }

    @Test
    void a_name_in_use_is_not_given_away() {
        startBoth(10);
        try (TestNode twin = TestNode.start("a", redis, 10)) {
            Await.until("the twin finds its name taken", () -> twin.state() == State.NAME_IN_USE);
            assertEquals(0, twin.held());
            assertEquals(State.HELD, a.state());
        }
    }

    @Test
    void the_operator_may_declare_only_a_silent_node_gone() {
        startBoth(10);
        Throwable alive = Await.failure(b.fleet.declareGone("a").toCompletableFuture());
        assertTrue(alive.getMessage().contains("node a may not be gone"), alive::getMessage);
        a.crash();
        a = null;
        Await.until("the lease of a has ended", () -> b.view().nodes().get(0).lapsed());
        Await.value(b.fleet.declareGone("a").toCompletableFuture());
        b.enter(10);
        Await.until("b has all", () -> b.served() == 10);
    }

    @Test
    void without_redis_a_node_keeps_its_slots_and_then_its_fallback() {
        a = TestNode.start("a", redis, 10, terms -> terms.fallback(2));
        a.enter(10);
        Await.until("a has all", () -> a.served() == 10);
        redis.pause();
        Await.until("the lease has ended", () -> a.state() == State.LAPSED && a.limit() == 2);
        assertEquals(10, a.served());
        a.leave(9);
        a.enter(5);
        assertEquals(2, a.served());
        redis.resume();
        Await.until("a holds slots again", () -> a.served() == 6);
    }

    @Test
    void a_fallback_is_not_lent_to_other_nodes() {
        a = TestNode.start("a", redis, 10, terms -> terms.fallback(3));
        b = TestNode.start("b", redis, 10);
        Await.until("all slots are lent", () -> a.held() + b.held() == 10);
        b.enter(20);
        Await.until("b has all but the fallback", () -> b.served() == 7);
        assertEquals(3, a.held());
    }

    @Test
    void a_silent_node_that_promised_to_cut_off_loses_its_slots() {
        a = TestNode.start("a", redis, 10, terms -> terms.cutOff(Duration.ofMillis(100), excess -> {}));
        b = TestNode.start("b", redis, 10);
        Await.until("both hold half", () -> a.held() == 5 && b.held() == 5);
        a.crash();
        a = null;
        b.enter(10);
        Await.until("b has all", () -> b.served() == 10);
    }

    @Test
    void a_node_cuts_off_connections_as_promised() {
        a = TestNode.start(
                "a", redis, 10, terms -> terms.fallback(1).cutOff(Duration.ofMillis(100), excess -> a.leave(excess)));
        a.enter(10);
        Await.until("a has all", () -> a.served() == 10);
        redis.pause();
        Await.until("all but the fallback are cut off", () -> a.served() == 1);
        redis.resume();
    }

    @Test
    void after_lost_data_nodes_keep_their_slots_and_get_no_more() throws IOException, InterruptedException {
        startBoth(10);
        a.enter(20);
        Await.until("a has all", () -> a.served() == 10);
        redis.kill();
        redis.start();
        Await.until("b was heard by the new Redis", () -> b.state() == State.SETTLING);
        b.enter(5);
        Await.until("the fleet has settled", () -> a.state() == State.HELD && b.state() == State.HELD);
        assertEquals(10, a.served());
        assertEquals(0, b.served());
        a.leave(5);
        Await.until("they share alike", () -> a.served() == 5 && b.served() == 5);
    }

    @Test
    void a_changed_limit_survives_a_redis_that_loses_its_data() throws IOException, InterruptedException {
        startBoth(10);
        Await.value(a.fleet.limit(6).toCompletableFuture());
        Await.until("b has heard", () -> b.fleet.status().limit() == 6);
        redis.kill();
        redis.start();
        b.enter(20);
        Await.until("b was heard by the new Redis", () -> b.state() == State.SETTLING);
        Await.until("the fleet has settled", () -> b.state() == State.HELD);
        assertEquals(6, b.view().limit());
        assertTrue(a.held() + b.held() <= 6);
    }

    @Test
    void a_limit_that_does_not_divide_evenly_is_not_exceeded() {
        startBoth(4);
        a.enter(20);
        b.enter(20);
        Await.until("all are in use", () -> a.served() == 2 && b.served() == 2);
        Await.value(a.fleet.limit(3).toCompletableFuture());
        Await.until("one of them is to come down", () -> a.limit() + b.limit() == 3);
        a.leave(1);
        b.leave(1);
        Await.until("all three slots are in use", () -> a.served() + b.served() == 3);
    }

    @Test
    void a_new_node_gets_its_share_of_slots_that_do_not_divide() {
        startBoth(4);
        a.enter(20);
        b.enter(20);
        Await.until("all are in use", () -> a.served() == 2 && b.served() == 2);
        try (TestNode c = TestNode.start("c", redis, 4)) {
            c.enter(20);
            Await.until("one of the others is to come down", () -> a.limit() + b.limit() == 3);
            a.leave(1);
            b.leave(1);
            Await.until("c has its share", () -> c.served() == 1);
        }
    }
}
