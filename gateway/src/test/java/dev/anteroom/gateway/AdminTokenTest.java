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

/** An admin server that requires a token. */
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
    void without_the_token_every_path_but_healthz_is_unauthorized(String path) {
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
    void programs_send_the_token_as_bearer_browsers_as_password() {
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
    void healthz_needs_no_token() {
        assertEquals(200, gateway.get("/healthz").statusCode());
    }

    @Test
    void an_address_that_is_not_loopback_requires_a_token() {
        RunningGateway open = RunningGateway.start(upstream.address(), "--limit", "1", "--admin", "0.0.0.0:0");
        assertEquals(1, open.exitStatus());
        assertTrue(open.errors().contains("--admin-token-file"), open::errors);
    }

    @Test
    void a_token_that_is_too_short_is_rejected() throws IOException {
        Path file = Files.writeString(folder.resolve("short"), "secret\n");
        RunningGateway open =
                RunningGateway.start(upstream.address(), "--limit", "1", "--admin-token-file", file.toString());
        assertEquals(1, open.exitStatus());
        assertTrue(open.errors().contains("at least 16 characters, had 6"), open::errors);
    }
}
