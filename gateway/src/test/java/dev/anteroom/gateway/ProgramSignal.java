package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Sends a signal to a program that a test has started. A shell starts what runs in its background with SIGINT ignored,
 * and nohup with SIGHUP. A program inherits that, and the JVM respects it, so such a build skips what these signals do.
 */
final class ProgramSignal {
    private static final Map<String, Integer> INHERITABLE = Map.of("HUP", 1, "INT", 2);

    private ProgramSignal() {}

    /** Returns whether the program was there. */
    static boolean send(String name, long program) throws IOException, InterruptedException {
        assumeFalse(isIgnored(name), "this build was started with SIG" + name + " ignored");
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(program)).start();
        return kill.waitFor() == 0;
    }

    private static boolean isIgnored(String name) throws IOException {
        Integer number = INHERITABLE.get(name);
        return number != null
                && Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line -> (Long.parseUnsignedLong(
                                                        line.substring("SigIgn:".length())
                                                                .strip(),
                                                        16)
                                                >>> (number - 1)
                                        & 1)
                                == 1);
    }
}
