package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a gateway that runs with a configuration file, which changes while it runs. */
class ConfigTest {
    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private final ScriptedUpstream other = ScriptedUpstream.open();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        write("");
        gateway = RunningGateway.startWith(2, "gateway", "--config", file().toString());
    }

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
        other.close();
    }

    private Path file() {
        return folder.resolve("anteroom.yaml");
    }

    private void write(String moreOfTheGate) throws IOException {
        write(moreOfTheGate, upstream, "");
    }

    private void write(String moreOfTheGate, ScriptedUpstream to, String more) throws IOException {
        Files.writeString(file(), """
                loops: 1
                admin: 127.0.0.1:0
                drain-timeout: 0s
                gates:
                  one:
                    limit: 1
                    max-wait: 0s
                    %s
                listeners:
                  - listen: 127.0.0.1:0
                    gate: one
                    upstreams: [%s]
                %s
                """.formatted(moreOfTheGate, Endpoint.of(to.address()), more));
    }

    @Test
    void a_reload_changes_the_limit_and_loses_no_waiter() throws IOException {
        gateway.connect();
        upstream.next();
        ScriptedClient second = gateway.connectWaiting().send("2");
        Files.writeString(file(), Files.readString(file()).replace("limit: 1", "limit: 2"));
        assertEquals(200, gateway.request("POST", "/api/reload", "").statusCode());
        assertEquals("2", upstream.next().read(1));
        assertEquals(2, gateway.gate("limit"));
        second.close();
    }

    @Test
    void a_reload_hands_the_waiters_to_a_new_policy() throws IOException {
        ScriptedClient holder = gateway.connect();
        ScriptedClient server = upstream.next();
        gateway.connectWaiting().send("1");
        gateway.connectWaiting().send("2");
        write("policy: lifo");
        gateway.hangUp();
        assertEquals("lifo", gateway.gate().path("policy").textValue());
        holder.close();
        server.close();
        assertEquals("2", upstream.next().read(1));
    }

    @Test
    void a_waiter_goes_to_the_upstream_of_the_new_file() throws IOException {
        ScriptedClient holder = gateway.connect();
        ScriptedClient server = upstream.next();
        gateway.connectWaiting().send("x");
        write("", other, "");
        gateway.hangUp();
        holder.close();
        server.close();
        assertEquals("x", other.next().read(1));
    }

    @Test
    void a_removed_listener_accepts_no_more_connections() throws IOException {
        write("", upstream, "  - {listen: 127.0.0.2:0, gate: one, upstreams: [" + Endpoint.of(other.address()) + "]}");
        gateway.hangUp();
        ScriptedClient holder = gateway.connect();
        ScriptedClient server = upstream.next();
        assertEquals(1, gateway.gate("active"));
        ScriptedClient waiting = gateway.connectWaiting().send("x");
        write("");
        gateway.hangUp();
        holder.close();
        server.close();
        assertEquals("x", upstream.next().read(1));
        waiting.close();
    }

    /** Two connections fill the backlog of the upstream that hangs. */
    @Test
    void a_reload_sets_the_connect_timeout_of_one_listener() throws IOException {
        try (ScriptedUpstream hanging = ScriptedUpstream.open(0, 1)) {
            ScriptedClient.connect(hanging.address());
            ScriptedClient.connect(hanging.address());
            write("", other, "    connect-timeout: 100ms");
            String both = "upstreams: [" + Endpoint.of(hanging.address()) + ", ";
            Files.writeString(
                    file(), "connect-timeout: 1h\n" + Files.readString(file()).replace("upstreams: [", both));
            gateway.hangUp();
            for (int i = 0; i < 2; i++) {
                ScriptedClient client = gateway.connect().send("x");
                ScriptedClient server = other.next();
                assertEquals("x", server.read(1));
                client.close();
                server.close();
                gateway.awaitGate("active", 0);
            }
        }
    }

    @Test
    void a_reload_of_a_fixed_setting_changes_nothing() throws IOException {
        write("max-waiting: 5");
        Files.writeString(file(), Files.readString(file()).replace("limit: 1", "limit: 7"));
        var answer = gateway.request("POST", "/api/reload", "");
        assertEquals(409, answer.statusCode());
        assertTrue(answer.body().contains("max-waiting of gate one cannot change"), answer.body());
        assertEquals(1, gateway.gate("limit"));
    }

    @Test
    void an_address_in_use_is_reported_with_file_and_key() throws IOException {
        String taken = Endpoint.of(other.address()).toString();
        String good = Files.readString(file());
        Files.writeString(file(), good.replace("listen: 127.0.0.1:0", "listen: " + taken));
        assertStartFailure("listen: cannot listen on " + taken);
        gateway.hangUp();
        assertTrue(
                gateway.errors().contains("not reloaded: " + file() + ": listen: cannot listen on " + taken),
                gateway.errors());
        Files.writeString(file(), good.replace("admin: 127.0.0.1:0", "admin: " + taken));
        assertStartFailure("admin: cannot listen on " + taken);
        Files.writeString(file(), good.replace("admin: 127.0.0.1:0", "admin: 0.0.0.0:0"));
        assertStartFailure("admin: 0.0.0.0:0 can be reached from other machines");
    }

    private void assertStartFailure(String message) {
        StringWriter err = new StringWriter();
        PrintWriter writer = new PrintWriter(err, true);
        assertEquals(1, new Main(end -> {}).run(writer, writer, "gateway", "--config", file().toString()));
        assertTrue(err.toString().startsWith("anteroom: " + file() + ": " + message), err.toString());
        assertEquals(1, err.toString().lines().count());
    }

    @Test
    void a_faulty_file_changes_nothing() throws IOException {
        write("limti: 5");
        var answer = gateway.request("POST", "/api/reload", "");
        assertEquals(409, answer.statusCode());
        assertTrue(answer.body().contains("anteroom.yaml:8:5: "), answer.body());
        gateway.hangUp();
        assertTrue(gateway.errors().contains("not reloaded"), gateway.errors());
    }

    @Test
    void check_reports_every_fault_and_nothing_for_a_valid_file() throws IOException {
        assertEquals("0 ", check());
        write("limti: 5\n    policy: fofi");
        String told = check();
        assertTrue(told.startsWith("2 ") && told.lines().count() == 2, told);
    }

    private String check() {
        StringWriter err = new StringWriter();
        PrintWriter writer = new PrintWriter(err, true);
        int status = new Main(end -> {}).run(writer, writer, "check", file().toString());
        return status + " " + err;
    }

    @ParameterizedTest
    @ValueSource(strings = {"--limit=5", "--fleet=redis://127.0.0.1:1", "--accept-rate=5/s", "--transport=nio"})
    void an_option_that_belongs_in_the_file_is_refused(String option) {
        StringWriter err = new StringWriter();
        PrintWriter writer = new PrintWriter(err, true);
        int status = new Main(end -> {}).run(writer, writer, "gateway", "--config", file().toString(), option);
        String name = option.replaceFirst("=.*", "");
        assertEquals(2, status);
        assertTrue(
                err.toString().contains(name + " cannot be combined with --config; set it in the file"),
                err.toString());
        assertTrue(err.toString().contains("\"" + name.substring(2) + "\""), err.toString());
        assertEquals(1, err.toString().lines().count());
    }

    @Test
    void a_log_option_overrides_the_file_across_a_reload() throws IOException {
        gateway.close();
        Path ofFile = folder.resolve("file.log");
        Path ofOption = folder.resolve("option.log");
        write("", upstream, "access-log: " + ofFile);
        gateway = RunningGateway.startWith(
                2, "gateway", "--config", file().toString(), "--access-log", ofOption.toString());
        assertEquals(200, gateway.request("POST", "/api/reload", "").statusCode());
        assertTrue(Files.exists(ofOption));
        assertFalse(Files.exists(ofFile));
    }

    @Test
    void the_fleet_of_a_file_is_reached_before_the_gateway_listens() throws IOException {
        write("", upstream, "fleet: redis://127.0.0.1:1\nfleet-name: orders\nfleet-limit: 5");
        Files.writeString(file(), Files.readString(file()).replace("limit: 1\n", "policy: fifo\n"));
        assertEquals("0 ", check());
        StringWriter err = new StringWriter();
        PrintWriter writer = new PrintWriter(err, true);
        assertEquals(1, new Main(end -> {}).run(writer, writer, "gateway", "--config", file().toString()));
        assertTrue(
                err.toString().startsWith("anteroom: " + file() + ": fleet: the Redis at 127.0.0.1:1 cannot be used"),
                err.toString());
    }
}
