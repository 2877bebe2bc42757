package dev.anteroom.gateway.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.testkit.Await;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrafficRecorderTest {
    @Test
    void a_failed_write_ends_the_recording_but_not_the_gate() throws IOException {
        FailingDisk disk = new FailingDisk();
        try (TrafficRecorder recorder = TrafficRecorder.open(Path.of("full.csv"), new BufferedWriter(disk))) {
            AdmissionGate gate =
                    AdmissionGate.builder().limit(1).listener(recorder).build();
            disk.full = true;
            serve(gate);
            Await.until("the disk has failed", () -> disk.failures.get() > 0);
            for (int i = 0; i < 1_000; i++) {
                serve(gate);
            }
            assertEquals(1_001, gate.snapshot().released());
        }
        assertTrue(disk.failures.get() <= 2, "at most one more write, on close; was " + disk.failures.get());
    }

    @Test
    void a_stuck_disk_does_not_block_the_gate() throws IOException {
        StuckDisk disk = new StuckDisk();
        try (TrafficRecorder recorder = TrafficRecorder.open(Path.of("stuck.csv"), new BufferedWriter(disk))) {
            AdmissionGate gate =
                    AdmissionGate.builder().limit(1).listener(recorder).build();
            disk.stuck = true;
            for (int i = 0; i < 200_000; i++) {
                serve(gate);
            }
            assertEquals(200_000, gate.snapshot().released());
            disk.released.countDown();
        }
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

    /** Fails to write while it is full. */
    private static final class FailingDisk extends Writer {
        private final AtomicInteger failures = new AtomicInteger();
        private volatile boolean full;

        @Override
        public void write(char[] text, int from, int length) throws IOException {
            if (full) {
                failures.incrementAndGet();
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** Blocks writes while it is stuck. */
    private static final class StuckDisk extends Writer {
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean stuck;

        @Override
        public void write(char[] text, int from, int length) {
            if (stuck) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
