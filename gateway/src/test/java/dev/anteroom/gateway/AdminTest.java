package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The responses of the admin server, to operators and to other sites. */
class AdminTest {
    private static ScriptedUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = ScriptedUpstream.open();
        gateway = RunningGateway.start(upstream.address(), "--limit", "7", "--max-waiting", "70");
    }

    @AfterAll
    static void close() {
        gateway.close();
        upstream.close();
    }

    @Test
    void the_gate_is_shown_as_json() {
        HttpResponse<String> answer = gateway.get("/api/gate");
        assertEquals(200, answer.statusCode());
        assertEquals(
                "application/json", answer.headers().firstValue("Content-Type").orElseThrow());
        for (String figure : List.of(
                "limit",
                "active",
                "waiting",
                "maxWaiting",
                "arrived",
                "admitted",
                "refused",
                "expired",
                "abandoned",
                "shed")) {
            assertTrue(gateway.gate().path(figure).isIntegralNumber(), figure);
        }
    }

    @Test
    void the_list_of_gates_contains_the_gate() throws IOException {
        JsonNode gates = new JsonMapper().readTree(gateway.get("/api/gates").body());
        assertEquals(1, gates.size());
        assertEquals(gateway.gate(), gates.get(0));
        assertEquals(
                gateway.gate(),
                new JsonMapper().readTree(gateway.get("/api/gates/default").body()));
    }

    @Test
    void a_change_is_answered_with_the_new_state() throws IOException {
        HttpResponse<String> answer = gateway.change("{\"limit\": 9, \"policy\": \"priority(ageing=10s)\"}");
        assertEquals(200, answer.statusCode());
        JsonNode state = new JsonMapper().readTree(answer.body());
        assertEquals(9, state.path("limit").intValue());
        assertEquals("priority", state.path("policy").textValue());
    }

    static Stream<String> badChanges() {
        return Stream.of(
                "{\0\0\0\0\0\0\0\0001e99}",
                "",
                " ",
                "null",
                "7",
                "[]",
                "{}",
                "{",
                "limit=5",
                "[{\"limit\": 5}]",
                "{\"limit\": 5} {}",
                "{\"limit\": 5, \"limit\": 6}",
                "{\"limit\": 0}",
                "{\"limit\": -1}",
                "{\"limit\": 1048576}",
                "{\"limit\": 99999999999999999999}",
                "{\"limit\": 5.0}",
                "{\"limit\": \"5\"}",
                "{\"limit\": null}",
                "{\"limit\": [5]}",
                "{\"Limit\": 5}",
                "{\"limit\": 5, \"maxWaiting\": 5}",
                "{\"limit\": 5, \"policy\": \"random\"}",
                "{\"policy\": \"priority(ageing=never)\", \"limit\": 5}",
                "{\"policy\": 1}",
                "{\"paused\": \"yes\"}",
                "{\"paused\": null}",
                "{\"policy\": null}",
                "{\"policy\": \"\"}",
                "{\"limit\": 5, \"a\": " + "[".repeat(5000),
                "{\"limit\": 5, \"a\": \"" + "a".repeat(100_000) + "\"}",
                "{\"limit\": 5}" + " ".repeat(3_000_000));
    }

    @ParameterizedTest
    @MethodSource("badChanges")
    void a_bad_change_is_answered_with_the_reason_and_changes_nothing(String body) throws IOException {
        JsonNode before = gateway.gate();
        HttpResponse<String> answer = gateway.change(body);
        assertEquals(400, answer.statusCode());
        assertFalse(new JsonMapper()
                .readTree(answer.body())
                .path("error")
                .textValue()
                .isBlank());
        assertEquals(before, gateway.gate());
    }

    @Test
    void metrics_are_in_the_text_format_of_prometheus() {
        HttpResponse<String> answer = gateway.get("/metrics");
        assertEquals(200, answer.statusCode());
        assertTrue(answer.headers().firstValue("Content-Type").orElseThrow().startsWith("text/plain; version=0.0.4"));
        Pattern line =
                Pattern.compile("# (HELP|TYPE) anteroom_.*|anteroom_[a-z_]+(\\{(le|reason)=\"[^\"]+\"})? [0-9.E+]+");
        answer.body().lines().forEach(each -> assertTrue(line.matcher(each).matches(), each));
        for (String name : List.of(
                "limit",
                "active",
                "waiting",
                "arrived_total",
                "admitted_total",
                "refused_total",
                "expired_total",
                "abandoned_total",
                "shed_total",
                "wait_seconds_count",
                "wait_seconds_sum",
                "service_seconds_count",
                "service_seconds_sum")) {
            assertTrue(
                    Pattern.compile("(?m)^anteroom_" + name + " ")
                            .matcher(answer.body())
                            .find(),
                    name);
        }
    }

    @Test
    void a_gate_is_paused_and_resumed() {
        gateway.change("{\"paused\": true}");
        assertTrue(gateway.gate().path("paused").booleanValue());
        gateway.change("{\"paused\": false}");
        assertFalse(gateway.gate().path("paused").booleanValue());
    }

    @Test
    void the_page_links_to_the_rest_and_its_files_are_served() {
        String page = gateway.get("/").body();
        Stream.of("api/gates", "metrics", "healthz", "assets/page.css", "assets/uPlot.min.css")
                .forEach(link -> assertTrue(page.contains("href=\"" + link + "\""), link));
        Stream.of("page.css", "page.js", "uPlot.min.css", "uPlot.iife.min.js")
                .forEach(
                        file -> assertEquals(200, gateway.get("/assets/" + file).statusCode(), file));
    }

    @Test
    void health_is_ok_while_connections_are_accepted() {
        assertEquals(200, gateway.get("/healthz").statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/gate, 'GET, HEAD, PATCH'",
        "OPTIONS, /api/gate, 'GET, HEAD, PATCH'",
        "DELETE, /metrics, 'GET, HEAD'",
        "PATCH, /, 'GET, HEAD'"
    })
    void other_methods_are_not_allowed(String method, String path, String allowed) {
        HttpResponse<String> answer = gateway.request(method, path, "{\"limit\": 5}");
        assertEquals(405, answer.statusCode());
        assertEquals(allowed, answer.headers().firstValue("Allow").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/gate/", "/api/gates/other", "/favicon.ico", "/.."})
    void other_paths_are_not_found(String path) {
        assertTrue(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").startsWith("HTTP/1.1 404"));
    }

    @Test
    void a_head_request_is_answered_without_a_body() {
        HttpResponse<String> answer = gateway.request("HEAD", "/api/gate", "");
        assertEquals(200, answer.statusCode());
        assertEquals("", answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example", ""})
    void a_host_rebound_to_the_loopback_address_is_forbidden(String host) {
        assertTrue(raw("GET /api/gate HTTP/1.1\r\nHost: " + host + "\r\n\r\n").startsWith("HTTP/1.1 403"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:7070", "127.0.0.1:7070", "[::1]:7070", "127.0.0.1"})
    void local_host_names_are_allowed(String host) {
        assertTrue(raw("GET /api/gate HTTP/1.1\r\nHost: " + host + "\r\n\r\n").startsWith("HTTP/1.1 200"));
    }

    @Test
    void a_script_of_another_site_is_forbidden() {
        int before = gateway.gate("limit");
        HttpResponse<String> answer =
                gateway.request("PATCH", "/api/gate", "{\"limit\": 1}", "Origin", "http://evil.example");
        assertEquals(403, answer.statusCode());
        assertEquals(before, gateway.gate("limit"));
    }

    @Test
    void a_request_that_is_not_http_is_a_bad_request() {
        assertTrue(raw("HELO there\r\n\r\n").startsWith("HTTP/1.1 400"));
    }

    @Test
    void slow_requests_do_not_block_other_requests() {
        ScriptedClient[] slow = Stream.generate(() -> ScriptedClient.connect(gateway.adminAddress())
                        .send("PATCH /api/gate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"))
                .limit(40)
                .toArray(ScriptedClient[]::new);
        assertEquals(200, gateway.get("/healthz").statusCode());
        for (ScriptedClient client : slow) {
            client.close();
        }
    }

    @Test
    void a_request_with_an_endless_head_is_cut_off() {
        ScriptedClient client =
                ScriptedClient.connect(gateway.adminAddress()).send("GET / HTTP/1.1\r\nHost: localhost\r\n");
        String header = "X: " + "x".repeat(8000) + "\r\n";
        boolean cutOff = false;
        for (int i = 0; i < 1000 && !cutOff; i++) {
            try {
                client.send(header);
            } catch (RuntimeException e) {
                cutOff = true;
            }
        }
        assertTrue(cutOff);
        assertEquals(200, gateway.get("/healthz").statusCode());
    }

    private static String raw(String request) {
        try (ScriptedClient client = ScriptedClient.connect(gateway.adminAddress())) {
            return client.send(request).read("HTTP/1.1 200".length());
        }
    }
}
