package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ProgramOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/** The connection of a gateway to its Redis at the start, and the errors that an operator sees before it listens. */
@DisabledOnOs(OS.WINDOWS)
@Isolated
@Execution(ExecutionMode.SAME_THREAD)
class FleetStartTest {
    private static final String SECRET = "open-sesame";

    @TempDir
    private Path directory;

    private RedisServer redis;
    private String user = "";
    private Process process;

    @AfterEach
    void close() throws InterruptedException, IOException {
        process.destroyForcibly().waitFor();
        redis.close();
    }

    private ProgramOutput start(String scheme, String password, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "gateway",
                "--listen=127.0.0.1:0",
                "--upstream=127.0.0.1:1",
                "--admin=off",
                "--fleet=" + scheme + "://" + user + "127.0.0.1:" + redis.port(),
                "--fleet-name=tests",
                "--fleet-limit=3"));
        arguments.addAll(List.of(options));
        ProcessBuilder program = GatewayProcess.program(arguments.toArray(String[]::new));
        if (password != null) {
            program.environment().put("ANTEROOM_FLEET_PASSWORD", password);
        }
        process = program.redirectErrorStream(true).start();
        return ProgramOutput.of(process);
    }

    private static void assertListens(ProgramOutput said) {
        String line = said.line();
        assertTrue(line.startsWith("listening on "), line);
    }

    private void assertFails(ProgramOutput said, String... words) throws InterruptedException {
        List<String> lines = said.linesToEnd();
        assertEquals(1, lines.size(), lines::toString);
        for (String word : words) {
            assertTrue(lines.get(0).contains(word), lines.get(0));
        }
        assertFalse(lines.get(0).contains(SECRET), lines.get(0));
        assertTrue(process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS), "the process keeps running");
        assertEquals(1, process.exitValue());
    }

    @Test
    void a_password_comes_from_the_environment_or_a_file() throws Exception {
        redis = RedisServer.open("--requirepass", SECRET);
        assertListens(start("redis", SECRET));
        process.destroyForcibly().waitFor();
        Path file = Files.writeString(directory.resolve("password"), SECRET + "\n");
        assertListens(start("redis", null, "--fleet-password-file=" + file));
    }

    @Test
    void a_wrong_password_is_reported_before_the_gateway_listens() throws Exception {
        redis = RedisServer.open("--requirepass", "another");
        assertFails(start("redis", SECRET), "--fleet: ", "WRONGPASS", "--fleet-password-file");
    }

    /** The user may do what docs/fleet.md says, and the default user may do nothing. */
    @Test
    void a_user_of_an_access_control_list_needs_no_more_than_documented() throws Exception {
        redis = RedisServer.open();
        String commands = Files.readAllLines(Path.of("..", "..", "docs", "fleet.md")).stream()
                .filter(line -> line.startsWith("ACL SETUSER gateway on"))
                .findFirst()
                .orElseThrow()
                .replace("PASSWORD", SECRET);
        assertEquals("+OK", redis.say(commands));
        assertEquals("+OK", redis.say("ACL SETUSER default off"));
        assertListens(start("redis", SECRET, "--fleet-user=gateway"));
        process.destroyForcibly().waitFor();
        user = "gateway@";
        assertListens(start("redis", SECRET));
    }

    @Test
    void a_user_with_a_wrong_password_is_reported_without_either() throws Exception {
        redis = RedisServer.open();
        assertEquals("+OK", redis.say("ACL SETUSER gateway on >another ~* +@all"));
        assertFails(start("redis", SECRET, "--fleet-user=gateway"), "--fleet: ", "WRONGPASS", "--fleet-user");
    }

    @Test
    void a_replica_is_rejected() throws Exception {
        redis = RedisServer.open("--replicaof", "127.0.0.1", "1");
        assertFails(start("redis", null), "--fleet: ", "READONLY", "primary");
    }

    @Test
    void a_redis_with_a_certificate_of_the_given_ca_is_trusted() throws Exception {
        Certificate own = Certificate.make(directory, "redis");
        redis = RedisServer.openTls(own, "--tls-auth-clients", "no", "--requirepass", SECRET);
        assertListens(start("rediss", SECRET, "--fleet-ca=" + own.file()));
    }

    @Test
    void a_redis_with_a_certificate_of_another_ca_is_not_trusted() throws Exception {
        redis = RedisServer.openTls(Certificate.make(directory, "redis"), "--tls-auth-clients", "no");
        Certificate other = Certificate.make(directory, "other");
        assertFails(start("rediss", SECRET, "--fleet-ca=" + other.file()), "--fleet: ", "--fleet-ca");
    }

    @Test
    void a_gateway_presents_its_certificate_if_the_redis_demands_one() throws Exception {
        Certificate shared = Certificate.make(directory, "shared");
        redis = RedisServer.openTls(shared);
        assertListens(start(
                "rediss",
                null,
                "--fleet-ca=" + shared.file(),
                "--fleet-cert=" + shared.file(),
                "--fleet-key=" + shared.key()));
    }
}
