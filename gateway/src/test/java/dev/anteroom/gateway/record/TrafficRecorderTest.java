package dev.anteroom.gateway.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.log.Pipe;
import dev.anteroom.gateway.proxy.StartFailure;
import dev.anteroom.testkit.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TrafficRecorderTest {
    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_failed_write_ends_the_recording_but_not_the_gate() throws Exception {
        try (Pipe pipe = Pipe.open(folder);
                TrafficRecorder recorder = TrafficRecorder.open(pipe.path().toString())) {
            AdmissionGate gate =
                    AdmissionGate.builder().limit(1).listener(recorder).build();
            pipe.close();
            for (int i = 0; i < 1_000; i++) {
                serve(gate);
            }
            assertEquals(1_000, gate.snapshot().released());
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_stuck_disk_does_not_block_the_gate() throws Exception {
        try (Pipe pipe = Pipe.open(folder)) {
            TrafficRecorder recorder = TrafficRecorder.open(pipe.path().toString());
            AdmissionGate gate =
                    AdmissionGate.builder().limit(1).listener(recorder).build();
            for (int i = 0; i < 200_000; i++) {
                serve(gate);
            }
            assertEquals(200_000, gate.snapshot().released());
            pipe.close();
            recorder.close();
        }
    }

    @Test
    void a_recording_that_is_reopened_goes_on_in_a_file_with_a_header() throws IOException, StartFailure {
        Path file = folder.resolve("load.csv");
        Path old = folder.resolve("load.csv.1");
        try (TrafficRecorder recorder = TrafficRecorder.open(file.toString())) {
            AdmissionGate gate =
                    AdmissionGate.builder().limit(1).listener(recorder).build();
            serve(gate);
            Await.until("the first connection is recorded", () -> lines(file).size() == 2);
            Files.move(file, old);
            recorder.reopen();
            Await.until(
                    "there is a new file",
                    () -> Files.exists(file) && lines(file).size() == 1);
            serve(gate);
        }
        assertEquals(2, lines(old).size());
        assertEquals(2, lines(file).size());
        assertEquals(EntryFormat.HEADER, lines(file).get(0));
        assertTrue(lines(file).get(1).endsWith(",released"), () -> lines(file).toString());
    }

    private static List<String> lines(Path file) {
        return Pipe.lines(file);
    }

    private static void serve(AdmissionGate gate) {
        gate.enter(new InetSocketAddress(0), Runnable::run, new AdmissionCallback() {
                    @Override
                    public void admitted(Admission admission) {}

                    @Override
                    public void turnedAway(Admission admission) {}
                })
                .leave();
    }
}
