package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.FleetStatus.State;
import dev.anteroom.fleet.tests.VirtualFleet.Node;
import dev.anteroom.gate.GateClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A fleet's promises when clocks, data or processes fail. At every moment the nodes serve at most the limit. */
class VirtualFleetTest {
    private static final int LIMIT = 20;
    private static final Duration MOMENT = Duration.ofSeconds(4);

    private final VirtualFleet fleet = new VirtualFleet(LIMIT);

    // Redis' clock

    @ParameterizedTest
    @ValueSource(longs = {-600, -40, -3, 3, 40, 600})
    void a_step_of_the_redis_clock_delays_no_slot(long seconds) {
        Node a = fleet.start("a");
        Node b = fleet.start("b");
        a.serveInTurn(30);
        fleet.pass(Duration.ofSeconds(10));
        fleet.redis.stepClock(Duration.ofSeconds(seconds));
        a.serveInTurn(0);
        b.serveInTurn(30);
        fleet.pass(MOMENT);
        assertEquals(LIMIT, b.served());
        Node newcomer = fleet.start("c");
        newcomer.serveInTurn(30);
        fleet.pass(MOMENT);
        assertTrue(newcomer.served() >= LIMIT / 2 - 1, newcomer::toString);
    }

    @ParameterizedTest
    @ValueSource(longs = {-600, 3, 600})
    void a_step_of_the_clock_lends_no_slot_before_its_cut_off(long seconds) {
        List<Node> nodes = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            nodes.add(fleet.start(
                    name,
                    terms -> terms.cutOff(
                            Duration.ofMillis(500),
                            n -> nodes.get("ab".indexOf(name)).cutOff(n))));
        }
        fleet.pass(MOMENT);
        nodes.get(0).serve(20);
        fleet.pass(MOMENT);
        for (int i = 0; i < 5; i++) {
            fleet.redis.stepClock(Duration.ofSeconds(seconds));
            nodes.get(1).serve(20);
            fleet.pass(Duration.ofSeconds(1));
        }
        assertEquals(LIMIT, nodes.get(0).served());
    }

    @Test
    void a_step_of_the_clock_gives_no_name_away() {
        Node first = fleet.start("a");
        first.serve(20);
        fleet.pass(MOMENT);
        fleet.redis.stepClock(Duration.ofMinutes(10));
        Node second = fleet.start("a");
        second.serve(20);
        fleet.pass(MOMENT);
        assertEquals(LIMIT, first.served());
        assertEquals(State.NAME_IN_USE, second.state());
    }

    @ParameterizedTest
    @ValueSource(longs = {-600, 0, 600})
    void a_restarted_node_regains_its_name_despite_a_clock_step(long seconds) {
        Node first = fleet.start("a");
        fleet.start("b");
        first.serve(20);
        fleet.pass(MOMENT);
        first.kill();
        fleet.redis.stepClock(Duration.ofSeconds(seconds));
        Node second = fleet.start("a");
        second.serve(20);
        fleet.pass(MOMENT);
        assertEquals(LIMIT, second.served());
    }

    // Redis' data

    @ParameterizedTest
    @ValueSource(strings = {"anteroom:{virtual}", "anteroom:{virtual}:nodes"})
    void losing_a_single_key_begins_an_epoch(String key) {
        Node a = fleet.start("a");
        Node b = fleet.start("b");
        a.serve(20);
        fleet.pass(MOMENT);
        b.serve(20);
        fleet.redis.lose(key);
        fleet.pass(Duration.ofMillis(500));
        assertEquals(State.SETTLING, a.state());
        fleet.pass(MOMENT);
        assertEquals(LIMIT, a.served());
        a.serve(10);
        fleet.pass(MOMENT);
        assertEquals(10, b.served());
    }

    @Test
    void a_changed_limit_does_not_hide_lost_data() {
        Node a = fleet.start("a");
        Node b = fleet.start("b");
        a.serve(20);
        fleet.pass(MOMENT);
        b.serve(20);
        fleet.redis.lose("anteroom:{virtual}:nodes");
        b.fleet.limit(LIMIT);
        fleet.pass(MOMENT);
        assertEquals(LIMIT, a.served());
    }

    @Test
    void a_primary_that_is_back_with_older_data_begins_an_epoch() {
        Node a = fleet.start("a");
        Node b = fleet.start("b");
        b.serve(20);
        fleet.pass(MOMENT);
        Map<String, Map<String, String>> older = fleet.redis.copy();
        b.serve(0);
        a.serve(20);
        fleet.pass(MOMENT);
        assertEquals(LIMIT, a.served());
        fleet.redis.failBack(older);
        b.serve(20);
        fleet.pass(MOMENT);
        assertEquals(LIMIT, a.served());
    }

    // Reports

    @Test
    void a_report_counts_connections_admitted_before_lowering() {
        Duration lease = Duration.ofMillis(1300); // five intervals of reports, so the lease ends as a report is due
        for (int millis = 1000; millis <= 1340; millis += 20) {
            VirtualFleet race = new VirtualFleet(LIMIT);
            List<Node> one = new ArrayList<>();
            long[] lowersAt = {Long.MAX_VALUE};
            // Connections enter when the node reads the clock: once in each inspection in which its lease may end.
            GateClock clock = new GateClock() {
                @Override
                public long nanoTime() {
                    long now = race.clock.nanoTime();
                    if (!one.isEmpty() && now - lowersAt[0] >= 0 && lowersAt[0] != Long.MAX_VALUE) {
                        lowersAt[0] = Long.MAX_VALUE;
                        one.get(0).serve(10);
                        one.get(0).enterNow();
                    }
                    return now;
                }

                @Override
                public void schedule(long delayNanos, Runnable task) {
                    race.clock.schedule(delayNanos, task);
                }
            };
            one.add(race.start("a", terms -> terms.lease(lease).clock(clock)));
            Node b = race.start("b", terms -> terms.lease(lease));
            race.pass(MOMENT);
            one.get(0).serve(3);
            race.pass(Duration.ofSeconds(1));
            one.get(0).dropAnswers();
            lowersAt[0] = race.clock.nanoTime() + Duration.ofMillis(millis).toNanos();
            b.serve(30);
            race.pass(Duration.ofSeconds(4));
        }
    }

    // Names

    @Test
    void a_waiting_namesake_does_not_replace_a_stopped_node() {
        Node first = fleet.start("a");
        first.serve(20);
        fleet.pass(MOMENT);
        Node second = fleet.start("a");
        second.serve(20);
        fleet.pass(MOMENT);
        first.stop();
        fleet.pass(Duration.ofSeconds(30));
        assertEquals(0, second.served());
        first.resume();
        fleet.pass(MOMENT);
        assertEquals(LIMIT, first.served());
    }

    @Test
    void a_waiting_namesake_takes_over_once_the_first_has_left() {
        Node first = fleet.start("a");
        first.serve(20);
        fleet.pass(MOMENT);
        Node second = fleet.start("a");
        second.serve(20);
        fleet.pass(MOMENT);
        first.serve(0);
        fleet.pass(MOMENT);
        leaveWithoutWaiting(first);
        fleet.pass(MOMENT);
        assertEquals(LIMIT, second.served());
    }

    /**
     * Closes a node while interrupted: it must not wait for an answer, because this thread has to advance the clock.
     */
    private static void leaveWithoutWaiting(Node node) {
        Thread.currentThread().interrupt();
        node.fleet.close();
        assertTrue(Thread.interrupted());
    }

    @Test
    void a_waiting_namesake_does_not_win_when_redis_loses_data() {
        Node first = fleet.start("a");
        first.serve(20);
        fleet.pass(MOMENT);
        Node second = fleet.start("a");
        second.serve(20);
        fleet.pass(MOMENT);
        first.stop();
        fleet.redis.lose("anteroom:{virtual}");
        fleet.redis.lose("anteroom:{virtual}:nodes");
        fleet.pass(Duration.ofMillis(700));
        first.resume();
        fleet.pass(MOMENT);
        assertEquals(LIMIT, first.served());
        assertEquals(State.NAME_IN_USE, second.state());
    }

    @Test
    void a_superseded_node_does_not_take_its_name_back() {
        Node first = fleet.start("a");
        fleet.pass(MOMENT);
        first.stop();
        fleet.pass(MOMENT);
        Node second = fleet.start("a");
        second.serve(20);
        fleet.pass(MOMENT);
        assertEquals(LIMIT, second.served());
        first.resume();
        fleet.pass(MOMENT);
        assertEquals(State.SUPERSEDED, first.state());
        second.stop();
        first.serve(20);
        fleet.pass(Duration.ofSeconds(30));
        assertEquals(0, first.served());
    }

    // Slots that do not divide evenly

    @ParameterizedTest
    @CsvSource({"8, 3", "8, 1", "8, 9", "3, 2", "5, 7"})
    void hot_nodes_get_equal_service_if_slots_do_not_divide(int count, int limit) {
        VirtualFleet odd = new VirtualFleet(limit);
        List<Node> nodes = hot(odd, count);
        odd.pass(MOMENT);
        long[] before = nodes.stream().mapToLong(Node::turns).toArray();
        odd.pass(Duration.ofSeconds(80));
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < count; i++) {
            long turns = nodes.get(i).turns() - before[i];
            least = Math.min(least, turns);
            most = Math.max(most, turns);
        }
        assertTrue(most <= 1.5 * least, "from " + least + " to " + most + " services");
    }

    private static List<Node> hot(VirtualFleet fleet, int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(fleet.start("n" + i));
            nodes.get(i).serveInTurn(10);
        }
        return nodes;
    }

    @Test
    void with_one_slot_each_of_eight_nodes_has_a_turn_in_time() {
        VirtualFleet odd = new VirtualFleet(1);
        List<Node> nodes = hot(odd, 8);
        odd.pass(MOMENT);
        for (int period = 0; period < 4; period++) {
            long[] before = nodes.stream().mapToLong(Node::turns).toArray();
            odd.pass(Duration.ofSeconds(12));
            for (int i = 0; i < 8; i++) {
                assertTrue(nodes.get(i).turns() > before[i], nodes.get(i) + " had no turn");
            }
        }
    }

    @Test
    void services_longer_than_a_turn_starve_no_node() {
        VirtualFleet odd = new VirtualFleet(1);
        List<Node> nodes = hot(odd, 4);
        nodes.forEach(node -> node.serve(5));
        odd.pass(MOMENT);
        for (int service = 0; service < 12; service++) {
            odd.pass(Duration.ofSeconds(7));
            nodes.forEach(node -> node.endService());
            odd.pass(Duration.ofSeconds(1));
        }
        nodes.forEach(node -> assertTrue(node.turns() >= 2, node + " had " + node.turns() + " turns"));
    }

    @Test
    void a_limit_of_0_serves_no_connection() {
        VirtualFleet none = new VirtualFleet(0);
        hot(none, 8);
        none.pass(Duration.ofSeconds(20));
        assertEquals(0, none.served());
    }

    @Test
    void the_remaining_slot_rotates_by_weight() {
        VirtualFleet odd = new VirtualFleet(1);
        Node heavy = odd.start("a", terms -> terms.weight(3));
        Node light = odd.start("b");
        heavy.serveInTurn(10);
        light.serveInTurn(10);
        odd.pass(Duration.ofSeconds(84));
        double ratio = (double) heavy.turns() / light.turns();
        assertTrue(ratio > 2 && ratio < 4, () -> "the heavy has " + ratio + " times as many");
    }
}
