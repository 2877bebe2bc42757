package dev.anteroom.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The short form of the races; {@code verification/concurrency-tests/run} is the long form. Also checks that both tools
 * find planted faults: Lincheck finds a leaked slot in every build, and with {@code -Danteroom.faults=true} every fault
 * is found.
 */
@Timeout(600)
@EnabledForJreRange(max = JRE.JAVA_24) // jcstress 0.16 was tried on 17
class RacesTest {
    private static final String SCENARIOS = "30";

    /** Half a second for each race, and one mode of compilation; by itself, the preset runs each race only once. */
    private static final String[] SHORT = {
        "-m", "sanity", "-sc", "false", "-time", "500", "-strideSize", "50", "-strideCount", "10"
    };

    @TempDir
    Path directory = Path.of("");

    /** The faults for Lincheck, which rarely meets the instant between two portions. */
    static List<SeededFault> faults() {
        return Stream.of(SeededFault.values())
                .filter(fault -> fault.scenarios != PortionVisits.class)
                .filter(fault -> Boolean.getBoolean("anteroom.faults") || fault == SeededFault.LEAKED_SLOT)
                .toList();
    }

    @Test
    void every_race_has_an_acceptable_outcome() throws Exception {
        Program races = races(".*", SHORT);
        assertEquals(0, races.exit(), races::output);
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "anteroom.faults", matches = "true")
    void a_race_finds_the_fault(SeededFault fault) throws Exception {
        fault.plantIn(directory);
        Program shortly = races(fault.race, SHORT);
        Program races = shortly.exit() != 0 ? shortly : races(fault.race, "-m", "quick");
        assertNotEquals(0, races.exit(), races::output);
        assertTrue(races.output().contains("Observed forbidden"), races::output);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void lincheck_finds_the_fault(SeededFault fault) throws Exception {
        fault.plantIn(directory);
        Program lincheck = Program.run(directory, fault.scenarios.getName(), SCENARIOS, "300");
        assertNotEquals(0, lincheck.exit(), lincheck::output);
        assertTrue(
                lincheck.output().matches("(?s).*(Invalid execution results|Validation function).*"), lincheck::output);
    }

    @Test
    void work_in_portions_keeps_the_promises() throws Exception {
        SourceChange.compile(directory, List.of(SourceChange.SMALL_PORTIONS));
        int scenarios = 3 * GateOperations.ITERATIONS;
        Program lincheck = Program.run(directory, PortionVisits.class.getName(), "" + scenarios, "200");
        assertEquals(0, lincheck.exit(), lincheck::output);
    }

    private Program races(String pattern, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-t", pattern, "-r", directory.toString()));
        arguments.addAll(List.of("-jvmArgs", "-XX:+UseSerialGC")); // one combination of JVM options
        arguments.addAll(List.of(options));
        return Program.run(directory, "org.openjdk.jcstress.Main", arguments.toArray(String[]::new));
    }
}
