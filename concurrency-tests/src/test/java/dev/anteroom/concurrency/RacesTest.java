package dev.anteroom.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The races in their short form; and both checkers find a fault if there is one. {@code concurrency-tests/run} runs them for long. */
@Timeout(300)
class RacesTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void every_race_ends_as_it_may() throws Exception {
        Program races = races("sanity", ".*");
        assertEquals(0, races.exit(), races::output);
    }

    @ParameterizedTest
    @EnumSource
    void a_race_shows_the_fault(SeededFault fault) throws Exception {
        fault.plantIn(directory);
        Program sanity = races("sanity", fault.race);
        Program races = sanity.exit() != 0 ? sanity : races("quick", fault.race);
        assertNotEquals(0, races.exit(), races::output);
        assertTrue(races.output().contains("FORBIDDEN"), races::output);
    }

    @ParameterizedTest
    @EnumSource
    void some_interleaving_shows_the_fault(SeededFault fault) throws Exception {
        fault.plantIn(directory);
        Program lincheck = Program.run(directory, GateVisits.class.getName());
        assertNotEquals(0, lincheck.exit(), lincheck::output);
        assertTrue(lincheck.output().contains("Invalid execution results"), lincheck::output);
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
                "-jvmArgs",
                "-XX:+UseSerialGC"); // these and no others: it would try many
    }
}
