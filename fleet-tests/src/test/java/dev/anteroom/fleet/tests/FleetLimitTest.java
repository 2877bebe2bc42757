package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.FleetStatus.State;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a fleet promises, on a real Redis, with gates of this process. */
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
        Await.that(() -> a.held() == limit / 2 && b.held() == limit / 2, "both hold half");
    }

    @Test
    void slots_that_nobody_needs_are_spread_ahead_of_need() {
        startBoth(10);
        assertEquals(10, a.held() + b.held());
    }

    @Test
    void nothing_is_lent_of_a_fleet_that_redis_may_have_forgotten_until_a_lease_is_over() {
        a = TestNode.start("a", redis, 10);
        long begin = System.nanoTime();
        a.come(1);
        Await.that(() -> a.served() == 1, "a serves");
        assertTrue(System.nanoTime() - begin >= TestNode.LEASE.toNanos());
    }

    @Test
    void slots_move_from_an_idle_node_to_one_with_waiters() {
        startBoth(10);
        a.come(10);
        Await.that(() -> a.served() == 10, "a has all");
    }

    @Test
    void a_node_in_need_gets_what_another_gives_back_and_never_more_than_there_is() {
        startBoth(10);
        a.come(30);
        Await.that(() -> a.served() == 10, "a has all");
        b.come(30);
        Await.that(() -> a.limit() == 5, "a knows that it should come down");
        for (int left = 0; left < 5; left++) {
            a.leave(1);
            assertTrue(a.held() + b.held() <= 10);
        }
        Await.that(() -> a.served() == 5 && b.served() == 5, "they share alike");
    }

    @Test
    void what_is_scarce_is_shared_by_weight() {
        a = TestNode.start("a", redis, 12, terms -> terms.weight(3));
        b = TestNode.start("b", redis, 12);
        a.come(50);
        b.come(50);
        Await.that(() -> a.served() == 9 && b.served() == 3, "a serves three times as many as b");
    }

    @Test
    void by_class_the_most_urgent_waiters_of_all_nodes_go_first() {
        a = TestNode.start("a", redis, 10, FleetLimit.Builder::byClass);
        b = TestNode.start("b", redis, 10, FleetLimit.Builder::byClass);
        a.come(20);
        b.come(20);
        Await.that(() -> a.served() + b.served() == 10, "all are in use");
        b.come(10, 0);
        Await.that(() -> a.limit() == 0, "a knows that it should come down");
        a.leave(10);
        Await.that(() -> b.served() == 10, "the urgent of b go before the others of a");
    }

    @Test
    void the_limit_is_changed_once_for_all_and_cuts_nobody_off() {
        startBoth(4);
        a.come(20);
        b.come(20);
        Await.that(
                () -> a.view().nodes().stream().allMatch(node -> node.waiting() == 18), "both are heard to need more");
        a.fleet.limit(8).toCompletableFuture().join();
        Await.that(() -> a.served() == 4 && b.served() == 4, "the new slots are in use");
        b.fleet.limit(2).toCompletableFuture().join();
        Await.that(() -> a.fleet.status().limit() == 2 && b.fleet.status().limit() == 2, "both have heard");
        assertEquals(8, a.served() + b.served());
        a.leave(4);
        b.leave(4);
        Await.that(() -> a.served() == 1 && b.served() == 1, "they share the two that are left");
    }

    @Test
    void a_node_that_leaves_gives_its_slots_back_at_once() {
        startBoth(10);
        a.close();
        b.come(10);
        Await.that(() -> b.served() == 10, "b has all");
        assertEquals(1, b.view().nodes().size());
        a = null;
    }

    @Test
    void what_a_node_held_that_is_not_heard_is_lent_to_nobody_until_its_name_is_used_again() {
        startBoth(10);
        a.come(4);
        Await.that(() -> a.served() == 4 && a.view().nodes().get(0).served() == 4, "a is heard to serve");
        int lost = a.held();
        a.crash();
        b.come(20);
        Await.that(() -> b.view().nodes().get(0).lapsed(), "the lease of a has ended");
        Await.that(() -> b.served() == 10 - lost, "b has the rest");
        a = TestNode.start("a", redis, 10);
        Await.that(() -> b.served() == 10, "b has what a held before");
    }

    @Test
    void a_name_in_use_is_not_given_away() {
        startBoth(10);
        try (TestNode twin = TestNode.start("a", redis, 10)) {
            Await.that(() -> twin.state() == State.TAKEN, "the twin is turned away");
            assertEquals(0, twin.held());
            assertEquals(State.HELD, a.state());
        }
    }

    @Test
    void the_operator_may_say_that_a_node_is_gone_but_not_of_one_that_is_heard() {
        startBoth(10);
        CompletionException alive = assertThrows(
                CompletionException.class,
                () -> b.fleet.gone("a").toCompletableFuture().join());
        assertTrue(alive.getCause().getMessage().startsWith("node a may not be gone"), alive::getMessage);
        a.crash();
        a = null;
        Await.that(() -> b.view().nodes().get(0).lapsed(), "the lease of a has ended");
        b.fleet.gone("a").toCompletableFuture().join();
        b.come(10);
        Await.that(() -> b.served() == 10, "b has all");
    }

    @Test
    void out_of_reach_of_redis_a_node_keeps_what_it_holds_and_then_its_fallback() {
        a = TestNode.start("a", redis, 10, terms -> terms.fallback(2));
        a.come(10);
        Await.that(() -> a.served() == 10, "a has all");
        redis.pause();
        Await.that(() -> a.state() == State.LAPSED, "the lease has ended");
        assertEquals(10, a.served());
        a.leave(9);
        a.come(5);
        assertEquals(2, a.served());
        redis.resume();
        Await.that(() -> a.served() == 6, "a holds slots again");
    }

    @Test
    void a_fallback_is_lent_to_nobody_else() {
        a = TestNode.start("a", redis, 10, terms -> terms.fallback(3));
        b = TestNode.start("b", redis, 10);
        Await.that(() -> a.held() + b.held() == 10, "all slots are lent");
        b.come(20);
        Await.that(() -> b.served() == 7, "b has all but the fallback");
        assertEquals(3, a.held());
    }

    @Test
    void a_node_that_promises_to_cut_off_its_clients_loses_its_slots_by_time_alone() {
        a = TestNode.start("a", redis, 10, terms -> terms.cutOff(Duration.ofMillis(100), excess -> {}));
        b = TestNode.start("b", redis, 10);
        Await.that(() -> a.held() == 5 && b.held() == 5, "both hold half");
        a.crash();
        a = null;
        b.come(10);
        Await.that(() -> b.served() == 10, "b has all");
    }

    @Test
    void whom_a_node_has_promised_to_cut_off_it_cuts_off() {
        a = TestNode.start(
                "a", redis, 10, terms -> terms.fallback(1).cutOff(Duration.ofMillis(100), excess -> a.leave(excess)));
        a.come(10);
        Await.that(() -> a.served() == 10, "a has all");
        redis.pause();
        Await.that(() -> a.served() == 1, "all but the fallback are cut off");
        redis.resume();
    }

    @Test
    void when_redis_forgets_everyone_keeps_what_they_hold_and_nobody_gets_more_until_a_lease_is_over()
            throws IOException, InterruptedException {
        startBoth(10);
        a.come(20);
        Await.that(() -> a.served() == 10, "a has all");
        redis.kill();
        redis.start();
        Await.that(() -> b.state() == State.SETTLING, "b was heard by the new Redis");
        b.come(5);
        Await.that(() -> a.state() == State.HELD && b.state() == State.HELD, "the fleet has settled");
        assertEquals(10, a.served());
        assertEquals(0, b.served());
        a.leave(5);
        Await.that(() -> a.served() == 5 && b.served() == 5, "they share alike");
    }

    @Test
    void a_limit_that_was_changed_outlives_a_redis_that_forgets() throws IOException, InterruptedException {
        startBoth(10);
        a.fleet.limit(6).toCompletableFuture().join();
        Await.that(() -> b.fleet.status().limit() == 6, "b has heard");
        redis.kill();
        redis.start();
        b.come(20);
        Await.that(() -> b.state() == State.SETTLING, "b was heard by the new Redis");
        Await.that(() -> b.state() == State.HELD, "the fleet has settled");
        assertEquals(6, b.view().limit());
        assertTrue(a.held() + b.held() <= 6);
    }
}
