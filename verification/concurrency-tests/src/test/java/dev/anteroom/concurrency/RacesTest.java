package dev.anteroom.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
 * find planted faults: Lincheck finds a leaked slot in every build, and with {@code -Danteroom.faults=true} both tools
 * find every fault.
 */
@Timeout(300)
@EnabledForJreRange(max = JRE.JAVA_24) // jcstress 0.16 was tried on 17
class RacesTest {
    private static final String SCENARIOS = "30";

    @TempDir
    Path directory = Path.of("");

    static List<SeededFault> faults() {
        return Boolean.getBoolean("anteroom.faults") ? List.of(SeededFault.values()) : List.of(SeededFault.LEAKED_SLOT);
    }

    @Test
    void every_race_has_an_acceptable_outcome() throws Exception {
        Program races = races("sanity", ".*");
        assertEquals(0, races.exit(), races::output);
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "anteroom.faults", matches = "true")
    void a_race_finds_the_fault(SeededFault fault) throws Exception {
        fault.plantIn(directory);
        Program sanity = races("sanity", fault.race);
        Program races = sanity.exit() != 0 ? sanity : races("quick", fault.race);
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
    void work_in_portions_keeps_the_promises_in_every_interleaving() throws Exception {
        SourceChange.compile(directory, List.of(SourceChange.SMALL_PORTIONS));
        int scenarios = 10 * GateOperations.ITERATIONS;
        Program lincheck = Program.run(directory, PortionVisits.class.getName(), "" + scenarios, "100");
        assertEquals(0, lincheck.exit(), lincheck::output);
    }

    private Program races(String mode, String pattern) throws IOException, InterruptedException {
        return Program.run(
                directory,
                "org.openjdk.jcstress.Main",
                "-t",
                pattern,
                "-r",
                directory.toString(),
                "-m",
                mode,
                "-sc", // the long form runs each race once for each combination of compilers
                mode.equals("sanity") ? "false" : "true",
                "-jvmArgs",
                "-XX:+UseSerialGC"); // without this jcstress tries many combinations of JVM options
    }
}
