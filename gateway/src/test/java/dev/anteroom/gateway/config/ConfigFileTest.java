package dev.anteroom.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.identity.ProxyVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFileTest {
    private static final Path EXAMPLE = Path.of("..", "docs", "anteroom.yaml");
    private static final String LEAST = """
            gates:
              a: {limit: 1}
            listeners:
              - {listen: 127.0.0.1:0, gate: a, upstreams: [127.0.0.1:1]}
            """;

    @TempDir
    private Path folder;

    @Test
    void the_example_is_read() throws ConfigException {
        GatewaySettings settings = ConfigFile.read(EXAMPLE);
        assertEquals(
                List.of("database", "web"),
                settings.gates().stream().map(GateSettings::name).toList());
        GateSettings database = settings.gates().get(0);
        assertEquals("20", database.limit());
        assertEquals("priority(ageing=30s)", database.policy());
        assertEquals(3, database.classes().size());
        ListenerSettings listener = settings.listeners().get(0);
        assertEquals(5, listener.upstreams().get(1).limit());
        assertEquals(new HealthSettings(Duration.ofSeconds(2), 2, 3), listener.health());
        assertTrue(listener.identity().trusts(new InetSocketAddress("10.0.0.1", 1)));
        assertEquals(ProxyVersion.V2, listener.sendProxy());
        assertEquals("too many connections\r\n", listener.busyMessage());
        assertEquals("database", settings.listeners().get(1).gate());
    }

    @Test
    void every_key_that_there_is_is_in_the_example() throws IOException {
        String example = Files.readString(EXAMPLE);
        for (String level : List.of("", "gates: {a: {limit: 1, x: 1}}", "listeners: [{x: 1}]", HEALTH)) {
            ConfigException e = assertThrows(ConfigException.class, () -> read(level + "\nx: 1\n"));
            for (String line : e.lines()) {
                if (line.contains("there are: ")) {
                    for (String key :
                            line.substring(line.indexOf("there are: ") + 11).split(", ")) {
                        assertTrue(example.contains(key + ":"), key);
                    }
                }
            }
        }
    }

    private static final String HEALTH = "listeners: [{health-check: {x: 1}}]";

    @Test
    void a_socket_is_inherited_by_one_listener_and_from_the_start_on() throws Exception {
        GatewaySettings opened = read(LEAST);
        String text = LEAST.replace("listen: 127.0.0.1:0", "listen: inherited");
        GatewaySettings inherited = read(text);
        assertEquals(List.of(), FixedSettings.changes(inherited, read(text)));
        assertEquals(1, FixedSettings.changes(opened, inherited).size());
        assertEquals(1, FixedSettings.changes(inherited, opened).size());
        String twice = text + text.substring(text.indexOf("  - "));
        ConfigException e = assertThrows(ConfigException.class, () -> read(twice));
        assertTrue(
                e.lines().get(0).endsWith("listen: \"inherited\" is listened on twice"),
                e.lines().get(0));
    }

    @Test
    void what_is_left_out_is_as_on_the_command_line() throws Exception {
        GatewaySettings settings = read(LEAST);
        GateSettings gate = settings.gates().get(0);
        assertEquals(
                new GateSettings(
                        "a", "1", "fifo", 10_000, WhenFull.REFUSE, Duration.ofSeconds(30), 10_000, null, List.of()),
                gate);
        assertEquals(IdentitySettings.NONE, settings.listeners().get(0).identity());
        assertEquals(TimeLimits.NONE, settings.listeners().get(0).timeLimits());
        assertEquals(Duration.ofSeconds(30), settings.drainTimeout());
    }

    @Test
    void one_listener_can_take_over_the_socket_that_is_passed() throws Exception {
        String inherited = "{listen: inherited, gate: a, upstreams: [127.0.0.1:1]}";
        String file = "gates: {a: {limit: 1}}\nlisteners: [" + inherited;
        assertEquals("inherited", read(file + "]").listeners().get(0).address().toString());
        ConfigException e = assertThrows(ConfigException.class, () -> read(file + ", " + inherited + "]"));
        assertTrue(e.lines().get(0).contains("\"inherited\" is listened on twice"), e.getMessage());
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(LEAST.replace("limit: 1", "limit: 0"), "2:14: limit: "),
                Arguments.of(LEAST.replace("limit: 1", "limit: [1]"), "2:14: limit: must be a single value"),
                Arguments.of(LEAST.replace("limit: 1", "policy: fifo"), "2:6: \"limit\" is missing"),
                Arguments.of(LEAST.replace("limit: 1", "limit: 1, limit: 2"), "2:17: \"limit\" is given twice"),
                Arguments.of(LEAST.replace("limit: 1", "limit: 1, limti: 2"), "2:17: there is no key \"limti\" here"),
                Arguments.of(LEAST.replace("limit: 1", "limit: 1, policy: fofi"), "2:25: policy: "),
                Arguments.of(
                        LEAST.replace("limit: 1", "limit: 1, max-wait: 5"), "2:27: max-wait: \"5\" is not a duration"),
                Arguments.of(LEAST.replace("limit: 1", "limit: 1, classes: 7"), "2:26: classes: must be a list"),
                Arguments.of(LEAST.replace("limit: 1", "limit: 1, classes: [7]"), "2:27: classes: \"7\" is not a rule"),
                Arguments.of(
                        LEAST.replace("limit: 1", "limit: 1, when-full: hold, max-waiting: 0"),
                        "2:47: max-waiting: must be at least 1"),
                Arguments.of(LEAST.replace("{limit: 1}", "7"), "2:6: a must be a mapping"),
                Arguments.of(LEAST.replace("  a:", "  a b:"), "2:8: a b: a gate's name"),
                Arguments.of(LEAST.replace("gate: a", "gate: b"), "4:33: gate: there is no gate \"b\"; known are: a"),
                Arguments.of(LEAST.replace("127.0.0.1:0", "here"), "4:14: listen: \"here\" is not an address"),
                Arguments.of(LEAST.replace("[127.0.0.1:1]", "[]"), "4:47: upstreams: needs at least one"),
                Arguments.of(LEAST.replace("[127.0.0.1:1]", "[127.0.0.1:1=x]"), "has no limit"),
                Arguments.of(
                        LEAST + LEAST.lines().skip(3).findFirst().orElseThrow(), "5:14: listen: \"127.0.0.1:0\" is"),
                Arguments.of(LEAST.replace("gate: a", "gate: a, proxy-protocol-from: [10]"), "\"10\" is not a range"),
                Arguments.of(LEAST.replace("gate: a", "gate: a, send-proxy: v3"), "4:48: send-proxy: must be v1 or v2"),
                Arguments.of(
                        LEAST.replace("gate: a", "gate: a, admit-when: now"),
                        "admit-when: must be arrived or ready, was \"now\""),
                Arguments.of(
                        LEAST.replace("gate: a", "gate: a, ready-timeout: 0s"),
                        "ready-timeout: must be positive, was \"0s\""),
                Arguments.of(LEAST.replace("limit: 1", "limit: 1, max-arriving: 0"), "max-arriving: must be a whole"),
                Arguments.of(LEAST.replace("limit: 1", "limit: 1, classes: [file:none=1]"), "\"none\" cannot be read"),
                Arguments.of(LEAST.replace("limit: 1", "limit: \"a\\n\\n\\u2028b\""), "limit \"a b\", column 2"),
                Arguments.of("", "1:1: the file is empty"),
                Arguments.of("- a", "1:1: the file must be a mapping"),
                Arguments.of("gates: {", "not YAML: "),
                Arguments.of("gates: {a: {limit: 1}}", "listeners: needs at least one"),
                Arguments.of("? [a]\n: b\n" + LEAST, "not YAML: Non scalar key"),
                Arguments.of("gates: &a\n  b: *a\n", "\"limit\" is missing"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_fault_is_told_with_its_line_and_column(String text, String fault) {
        List<String> lines =
                assertThrows(ConfigException.class, () -> read(text)).lines();
        assertTrue(
                lines.stream().anyMatch(line -> line.contains("test.yaml:") && line.contains(fault)), lines.toString());
        assertTrue(lines.stream().allMatch(line -> line.lines().count() == 1), lines.toString());
    }

    @Test
    void all_faults_are_told_at_once_and_in_order() {
        String text = LEAST.replace("limit: 1", "limit: x").replace("gate: a", "gate: c") + "loops: no\n";
        List<String> lines =
                assertThrows(ConfigException.class, () -> read(text)).lines();
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains(":2:")
                && lines.get(1).contains(":4:")
                && lines.get(2).contains(":5:"));
    }

    @Test
    void what_is_no_file_or_no_text_is_told_without_a_place() {
        assertTrue(assertThrows(ConfigException.class, () -> ConfigFile.read(folder))
                .getMessage()
                .contains("cannot be read"));
    }

    @Test
    void nothing_but_a_clear_fault_comes_of_any_text() throws IOException {
        Random random = new Random(7);
        String example = Files.readString(EXAMPLE);
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder(example);
            for (int j = random.nextInt(4); j >= 0; j--) {
                int at = random.nextInt(text.length());
                if (isInAnAddress(text, at)) {
                    continue; // a name would be looked up
                }
                String scrap = "{}[]:-,*&!|>'\"#%@ \n\t0a"
                        .substring(random.nextInt(22))
                        .substring(0, 1);
                text.replace(at, Math.min(text.length(), at + random.nextInt(3)), scrap);
            }
            try {
                read(text.toString());
            } catch (ConfigException e) {
                assertTrue(e.lines().stream().noneMatch(String::isBlank));
            }
        }
        assertThrows(ConfigException.class, () -> read("[".repeat(20_000)));
    }

    private static boolean isInAnAddress(CharSequence text, int at) {
        String before = text.subSequence(0, at).toString();
        String after = text.subSequence(at, text.length()).toString();
        String line = before.substring(before.lastIndexOf('\n') + 1)
                + after.lines().findFirst().orElse("");
        return line.contains("127.") || before.endsWith("\n") || after.startsWith("\n");
    }

    private GatewaySettings read(String text) throws ConfigException, IOException {
        return ConfigFile.read(Files.writeString(folder.resolve("test.yaml"), text));
    }
}
