package dev.anteroom.gateway.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the faults of upstreams that are one server under two texts. */
class UpstreamFaultsTest {
    private static void read(String first, String second) throws ConfigException {
        ConfigFile.parse(Path.of("gate.yaml"), """
                gates: {one: {limit: 5}}
                listeners:
                  - {listen: "127.0.0.1:0", gate: one, upstreams: [%s]}
                  - {listen: "127.0.0.2:0", gate: one, upstreams: [%s]}
                """.formatted(first, second), NoSource.INSTANCE);
    }

    private static String fault(String first, String second) {
        ConfigException e = assertThrows(ConfigException.class, () -> read(first, second));
        assertEquals(1, e.lines().size(), e.getMessage());
        return e.lines().get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:5432, 127.0.0.1:5432",
        "127.0.0.1:5432, 127.0.0.1:5432=2",
        "127.0.0.1:5432, localhost:5432",
        "localhost:5432, LOCALHOST:5432",
        "[::1]:5432, [0:0:0:0:0:0:0:1]:5432",
        "127.0.0.1:5432, [::ffff:127.0.0.1]:5432",
        "127.0.0.1:5432, 0.0.0.0:5432",
        "127.0.0.1:5432, 127.0.0.1:05432"
    })
    void one_upstream_twice_in_a_list_is_a_fault(String one, String other) {
        String fault = fault("\"" + one + "\", \"" + other + "\"", "\"127.0.0.1:1\"");
        assertTrue(fault.contains("is the same server as"), fault);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:5432=2, 127.0.0.1:5432=3", "127.0.0.1:5432=2, localhost:5432", "127.0.0.1:1, 127.0.0.1:1=1"})
    void two_limits_for_one_upstream_are_a_fault(String one, String other) {
        String fault = fault("\"" + one + "\"", "\"" + other + "\"");
        assertTrue(fault.contains("give it the same limit in both"), fault);
    }

    @Test
    void an_upstream_of_two_listeners_with_one_limit_is_no_fault() throws ConfigException {
        read("\"127.0.0.1:5432=2\"", "\"localhost:5432=2\"");
    }

    @Test
    void an_unknown_host_is_named() {
        String fault = fault("\"no-such-host.invalid:5432\"", "\"127.0.0.1:1\"");
        assertTrue(fault.contains("\"no-such-host.invalid:5432\" has an unknown host"), fault);
    }
}
