package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An admin server that demands a token. */
class AdminTokenTest {
    private static final String TOKEN = "correct horse battery staple";

    @TempDir
    Path folder;

    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        gateway = RunningGateway.start(upstream.address(), "--limit", "1", "--admin-token-file", file.toString());
    }

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/gate", "/metrics", "/events", "/assets/page.js"})
    void nothing_is_told_without_it(String path) {
        assertEquals(401, gateway.get(path).statusCode());
        assertEquals(
                401,
                gateway.request("GET", path, "", "Authorization", "Bearer wrong")
                        .statusCode());
        assertEquals(
                401,
                gateway.request("GET", path, "", "Authorization", "Basic =").statusCode());
    }

    @Test
    void a_program_sends_it_as_a_bearer_and_a_browser_as_a_password() {
        String basic = Base64.getEncoder().encodeToString(("operator:" + TOKEN).getBytes(StandardCharsets.UTF_8));
        for (String authorization : new String[] {"Bearer " + TOKEN, "Basic " + basic}) {
            assertEquals(
                    200,
                    gateway.request("PATCH", "/api/gate", "{\"limit\": 2}", "Authorization", authorization)
                            .statusCode(),
                    authorization);
        }
        assertTrue(gateway.get("/")
                .headers()
                .firstValue("WWW-Authenticate")
                .orElseThrow()
                .startsWith("Basic "));
    }

    @Test
    void whether_the_gateway_is_well_may_be_asked_without_it() {
        assertEquals(200, gateway.get("/healthz").statusCode());
    }

    @Test
    void where_others_can_reach_it_the_admin_server_does_not_start_without_one() {
        RunningGateway open = RunningGateway.start(upstream.address(), "--limit", "1", "--admin", "0.0.0.0:0");
        assertEquals(1, open.exitStatus());
        assertTrue(open.errors().contains("--admin-token-file"), open::errors);
    }

    @Test
    void a_token_that_is_easily_guessed_is_not_taken() throws IOException {
        Path file = Files.writeString(folder.resolve("short"), "secret\n");
        RunningGateway open =
                RunningGateway.start(upstream.address(), "--limit", "1", "--admin-token-file", file.toString());
        assertEquals(1, open.exitStatus());
        assertTrue(open.errors().contains("at least 16 characters, was of 6"), open::errors);
    }
}
