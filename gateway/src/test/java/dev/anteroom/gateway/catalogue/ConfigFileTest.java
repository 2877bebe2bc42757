package dev.anteroom.gateway.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.ListenerSettings;
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
        assertEquals(5, listener.upstreams().servers().get(1).limit());
        assertEquals(
                new HealthSettings(Duration.ofSeconds(2), 2, 3),
                listener.upstreams().health());
        assertTrue(listener.identity().trusts(new InetSocketAddress("10.0.0.1", 1)));
        assertEquals(ProxyVersion.V2, listener.upstreams().sendProxy());
        assertEquals("too many connections\r\n", listener.busyMessage());
        assertEquals("database", settings.listeners().get(1).gate());
    }

    @Test
    void a_reload_cannot_change_whether_a_socket_is_inherited() throws Exception {
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
    void only_one_listener_may_inherit_the_socket() throws Exception {
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
                Arguments.of(LEAST.replace("limit: 1", "limit: 1, class: {}"), "2:24: class: must be a list"),
                Arguments.of(
                        LEAST.replace("limit: 1", "limit: 1, class: [], classes: []"),
                        "2:28: \"class\" is given twice"),
                Arguments.of(
                        LEAST.replace("limit: 1", "limit: 1, colour: 7"),
                        "2:17: there is no key \"colour\" here; the keys are: limit, policy"),
                Arguments.of(
                        LEAST.replace("limit: 1", "limit: 1, max-idle: 7s"),
                        "2:17: there is no key \"max-idle\" here; it belongs in a listener"),
                Arguments.of(LEAST + "max-wait: 7s", "5:1: there is no key \"max-wait\" here; it belongs in a gate"),
                Arguments.of(
                        LEAST.replace("gate: a", "gate: a, loops: 7"),
                        "4:36: there is no key \"loops\" here; it belongs at the top"),
                Arguments.of(
                        LEAST.replace("gate: a", "gate: a, health-check: {interval: 1s, raise: 7}"),
                        "there is no key \"raise\" here; did you mean \"rise\"?"),
                Arguments.of(
                        LEAST.replace("gate: a", "gate: a, health-check: {interval: 1s, x: 7}"),
                        "there is no key \"x\" here; the keys are: interval, rise, fall"),
                Arguments.of(
                        LEAST.replace("gate: a", "gate: a, health-check: {rise: 7}"), "4:57: rise: needs health-check"),
                Arguments.of(
                        LEAST + "fleet: redis://h\nfleet-name: x\nfleet-limit: 1",
                        "2:14: limit: cannot be combined with fleet"),
                Arguments.of(LEAST + "fleet-name: x", "5:13: fleet-name: needs fleet"),
                Arguments.of(LEAST + "fleet: redis://:secret@h", "5:8: fleet: a password does not belong"),
                Arguments.of(LEAST.replace("limit: 1", "") + "fleet: redis://h", "1:1: \"fleet-name\" is missing"),
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

    static Stream<String> singleFaults() {
        return Stream.of(
                LEAST.replace("[127.0.0.1:1]", "[127.0.0.1:1=x]"),
                LEAST.replace("[127.0.0.1:1]", "[[]]"),
                LEAST.replace("[127.0.0.1:1]", "{}"),
                LEAST.replace("upstreams: ", "upsteams: "),
                LEAST.replace("gate: a", "gate: []"),
                LEAST.replace("gate: a, ", ""),
                LEAST.replace("127.0.0.1:0", "here")
                        + LEAST.lines().skip(3).findFirst().orElseThrow() + "\n",
                LEAST.replace("limit: 1", "limt: 1"),
                LEAST.replace("limit: 1", "limit: 0"),
                LEAST.replace("limit: 1", "limit: 1, when-full: hold, max-waiting: no"),
                LEAST.replace("{limit: 1}", "7"),
                LEAST.replace("  a: {limit: 1}", "  {}"),
                LEAST.replace("  a:", "  a b:"),
                LEAST.replace("gates:", "gaets:"),
                LEAST.replace("listeners:", "listener:"),
                LEAST.replace("  - {", "  - 7\n  - {"),
                "gates: 7\nlisteners:" + LEAST.substring(LEAST.indexOf("listeners:") + 10),
                "gates: {a: {limit: 1}}\nlisteners: 7",
                "gates: {a: {limit: 1}}\nlisteners: []",
                LEAST.replace("limit: 1", "") + "fleet: http://h\nfleet-name: x\nfleet-limit: 1\nfleet-ca: /no/file\n",
                LEAST.replace("limit: 1", "") + "fleet: redis://h\nfleet-name: x\nfleet-limit: 1\nfleet-lease: 0\n");
    }

    @ParameterizedTest
    @MethodSource("singleFaults")
    void no_second_fault_follows_from_the_first(String text) {
        List<String> lines =
                assertThrows(ConfigException.class, () -> read(text)).lines();
        assertEquals(text.contains("/no/file") ? 2 : 1, lines.size(), lines.toString());
    }

    @Test
    void a_list_of_one_needs_no_brackets() throws Exception {
        String one = LEAST.replace("upstreams: [127.0.0.1:1]", "upstream: 127.0.0.1:1")
                .replace("limit: 1", "limit: 1, class: 10.0.0.0/8=1");
        String list = LEAST.replace("limit: 1", "limit: 1, classes: [10.0.0.0/8=1]");
        assertEquals(read(list), read(one));
    }

    @Test
    void a_family_of_settings_may_be_a_mapping() throws Exception {
        String flat = LEAST.replace("gate: a", "gate: a, health-check: 1s, health-check-rise: 4");
        String mapping = LEAST.replace("gate: a", "gate: a, health-check: {interval: 1s, rise: 4}");
        assertEquals(read(flat), read(mapping));
        String node = LEAST.replace("limit: 1", "");
        assertEquals(
                read(node + "fleet: redis://h\nfleet-name: x\nfleet-limit: 4"),
                read(node + "fleet: {redis: redis://h, name: x, limit: 4}"));
    }

    @Test
    void a_fleet_lends_the_limit_of_the_one_gate_that_has_none() throws Exception {
        String fleet = "fleet: redis://h\nfleet-name: x\nfleet-limit: 4\n";
        String two = LEAST.replace("a: {limit: 1}", "a: {}\n  b: {limit: 1}") + fleet;
        assertNull(read(two).gates().get(0).limit());
        List<String> lines = assertThrows(ConfigException.class, () -> read(two.replace("limit: 1", "")))
                .lines();
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains(":3:6: limit: is missing; a fleet lends the limit of one gate only"));
        GatewaySettings other = read(two.replace("a: {}", "a: {limit: 1}").replace("b: {limit: 1}", "b: {}"));
        assertEquals(1, FixedSettings.changes(read(two), other).size());
    }

    @Test
    void a_timeout_at_the_top_applies_where_a_listener_has_none() throws Exception {
        String top = "connect-timeout: 7s\n" + LEAST;
        assertEquals(
                Duration.ofSeconds(7), read(top).listeners().get(0).upstreams().connectTimeout());
        String own = top.replace("gate: a", "gate: a, connect-timeout: 8s");
        assertEquals(
                Duration.ofSeconds(8), read(own).listeners().get(0).upstreams().connectTimeout());
    }

    @Test
    void all_faults_are_reported_at_once_and_in_order() {
        String text = LEAST.replace("limit: 1", "limit: x").replace("gate: a", "gate: c") + "loops: no\n";
        List<String> lines =
                assertThrows(ConfigException.class, () -> read(text)).lines();
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains(":2:")
                && lines.get(1).contains(":4:")
                && lines.get(2).contains(":5:"));
    }

    @Test
    void an_unreadable_file_is_reported_without_a_place() {
        assertTrue(assertThrows(ConfigException.class, () -> ConfigFile.read(folder))
                .getMessage()
                .contains("cannot be read"));
    }

    @Test
    void any_text_yields_a_clear_fault() throws IOException {
        Random random = new Random(7);
        String example = Files.readString(EXAMPLE);
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder(example);
            for (int j = random.nextInt(4); j >= 0; j--) {
                int at = random.nextInt(text.length());
                if (isInAnAddress(text, at)) {
                    continue; // a host name would be resolved
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
