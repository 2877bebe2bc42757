package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.CountingUpstream;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class RecordTest {
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path directory;

    @Test
    void a_connection_is_recorded_when_it_ends() throws IOException {
        Path file = directory.resolve("traffic.csv");
        try (CountingUpstream upstream = CountingUpstream.open();
                RunningGateway gateway = RunningGateway.start(
                        upstream.address(), "--limit", "1", "--max-waiting", "1", "--record", file.toString())) {
            try (ScriptedClient served = gateway.connect()) {
                gateway.awaitGate("active", 1);
                gateway.connectWaiting().close();
                gateway.awaitGate("abandoned", 1);
                try (ScriptedClient waiting = gateway.connectWaiting();
                        ScriptedClient refused = gateway.connect()) {
                    gateway.awaitGate("refused", 1);
                }
                gateway.awaitGate("abandoned", 2);
            }
            gateway.awaitGate("active", 0);
        }
        List<String> lines = Files.readAllLines(file);
        String time = "\\d+\\.\\d{9}";
        assertEquals("arrival,service,patience,source,class,wait,end", lines.get(0));
        assertLine(time + ",," + time + ",0,10," + time + ",abandoned", lines.get(1));
        assertLine(time + ",,,0,10,0\\.000000000,refused", lines.get(2));
        assertLine(time + ",," + time + ",0,10," + time + ",abandoned", lines.get(3));
        assertLine(time + "," + time + ",,0,10,0\\.000000000,released", lines.get(4));
        assertEquals(5, lines.size());
    }

    @Test
    @EnabledIf("hasFullDisk")
    void a_file_on_a_full_disk_is_a_start_failure() {
        try (CountingUpstream upstream = CountingUpstream.open();
                RunningGateway gateway =
                        RunningGateway.start(upstream.address(), "--limit", "5", "--record", FULL.toString())) {
            assertEquals(1, gateway.exitStatus());
            assertTrue(gateway.errors().contains("--record: \"/dev/full\" cannot be written"), gateway.errors());
        }
    }

    static boolean hasFullDisk() {
        return Files.exists(FULL);
    }

    private static void assertLine(String form, String line) {
        assertTrue(Pattern.matches(form, line), line);
    }
}
