package dev.anteroom.benchmarks;

import dev.anteroom.gate.AdmissionGate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time for which a slot is idle: from the release of the only slot on one thread until a waiter on another thread
 * has it. The waiter gets enough time to fall asleep before the release.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class CrossThreadBenchmark {
    private static final SocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final long TIME_TO_FALL_ASLEEP = TimeUnit.MICROSECONDS.toNanos(200);

    @Param({"gate, event loop", "gate, thread", "Semaphore, thread"})
    public String waiter;

    private Relay relay;

    @Setup(Level.Trial)
    public void begin() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        Semaphore semaphore = new Semaphore(1);
        relay = switch (waiter) {
            case "gate, event loop" -> new LoopRelay();
            case "gate, thread" -> new ThreadRelay(() -> gate.acquire(SOURCE)::leave);
            default ->
                new ThreadRelay(() -> {
                    semaphore.acquire();
                    return semaphore::release;
                });
        };
    }

    @Setup(Level.Invocation)
    public void hold() throws Exception {
        relay.hold();
        LockSupport.parkNanos(TIME_TO_FALL_ASLEEP);
    }

    @Benchmark
    public void handOver() {
        relay.release();
        while (!relay.isPassed()) {
            Thread.onSpinWait();
        }
    }

    @TearDown(Level.Trial)
    public void end() {
        relay.close();
    }
}
