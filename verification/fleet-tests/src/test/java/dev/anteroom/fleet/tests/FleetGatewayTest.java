package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.CountingUpstream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/** Several processes of {@code anteroom gateway --fleet} in front of one upstream, which counts connections. */
@DisabledOnOs(OS.WINDOWS)
@Isolated
@Execution(ExecutionMode.SAME_THREAD)
class FleetGatewayTest {
    private static final int LIMIT = 6;

    private final CountingUpstream upstream = CountingUpstream.open();
    private final RedisServer redis = RedisServer.open();
    private final GatewayProcess a = new GatewayProcess("a", redis, upstream, LIMIT);
    private final GatewayProcess b = new GatewayProcess("b", redis, upstream, LIMIT);

    FleetGatewayTest() throws IOException {}

    @AfterEach
    void close() throws InterruptedException, IOException {
        a.close();
        b.close();
        redis.close();
        upstream.close();
    }

    private static int sum(JsonNode fleet, String figure) {
        return StreamSupport.stream(fleet.path("nodes").spliterator(), false)
                .mapToInt(node -> node.path(figure).intValue())
                .sum();
    }

    @Test
    void together_they_serve_the_limit_and_any_node_changes_it() throws Exception {
        try (Crowd crowd = new Crowd(24, List.of(a.port(), b.port()), new SplittableRandom(1))) {
            Await.until("all slots are in use", () -> upstream.current() == LIMIT);
            Await.until("both show waiting connections", () -> {
                JsonNode fleet = a.fleet();
                return sum(fleet, "waiting") > 0 && sum(b.fleet(), "waiting") > 0;
            });
            JsonNode fleet = a.fleet();
            assertEquals(2, fleet.path("nodes").size());
            assertEquals(LIMIT, fleet.path("limit").intValue());
            assertEquals(fleet.path("lent").intValue(), sum(fleet, "lent"));
            assertTrue(fleet.path("lent").intValue() <= LIMIT, fleet::toString);

            assertEquals(200, b.request("PATCH", "/api/fleet", "{\"limit\": 3}").statusCode());
            Await.until(
                    "no more than the new limit are lent",
                    () -> a.fleet().path("lent").intValue() <= 3 && upstream.current() <= 3);
            assertTrue(upstream.peak() <= LIMIT, () -> "the upstream saw " + upstream.peak());
            upstream.forget();
            long before = crowd.served();
            Await.until(
                    "many were served under the new limit",
                    () -> crowd.served() > before + 50 && upstream.current() == 3);
            assertTrue(upstream.peak() <= 3, () -> "the upstream saw " + upstream.peak());
            Await.until(
                    "both gateways tell the new limit",
                    () -> a.metrics().contains("anteroom_fleet_limit 3.0\n")
                            && b.metrics().contains("anteroom_fleet_limit 3.0\n"));
        }
        assertEquals(0, a.terminate());
        assertEquals(1, b.fleet().path("nodes").size());
    }

    @Test
    void a_gateway_reports_that_it_cannot_reach_redis() throws Exception {
        Await.until("a holds a lease", () -> a.metrics().contains("anteroom_fleet_leased 1.0\n"));
        redis.pause();
        Await.until("a holds none", () -> a.metrics().contains("anteroom_fleet_leased 0.0\n"));
        HttpResponse<String> answer = a.request("GET", "/api/fleet", "");
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("this node admits no more than 0"), answer.body());
        redis.resume();
        Await.until("a holds one again", () -> a.metrics().contains("anteroom_fleet_leased 1.0\n"));
    }
}
