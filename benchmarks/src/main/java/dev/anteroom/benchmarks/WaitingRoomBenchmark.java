package dev.anteroom.benchmarks;

import dev.anteroom.gate.Admission;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The cost of an arrival and a departure while many connections wait. Both operations keep the number of waiters. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class WaitingRoomBenchmark {
    private static final int MOVING = 1000;

    @Param({
        "fifo",
        "lifo",
        "priority",
        "priority(ageing=1h)",
        "edf",
        "codel",
        "adaptive-lifo",
        "fair",
        "priority(0: fifo, default: fair)"
    })
    public String policy;

    @Param({"1000", "100000", "1000000"})
    public int waiters;

    @Param("1")
    public int limit;

    private final Random random = new Random(1);
    private final Admission[] moving = new Admission[MOVING];
    private CrowdedGate gate;

    @Setup(Level.Trial)
    public void gather() {
        gate = new CrowdedGate(policy, limit, waiters - MOVING);
        for (int i = 0; i < MOVING; i++) {
            moving[i] = gate.enter();
        }
    }

    /** Releases a slot, which is handed to the next waiter, and adds a waiter. */
    @Benchmark
    public Admission handoff() {
        gate.release();
        return gate.enter();
    }

    /** Makes one of the last {@value #MOVING} waiters leave, and adds a waiter. */
    @Benchmark
    public Admission cancel() {
        int one = random.nextInt(MOVING);
        moving[one].leave();
        moving[one] = gate.enter();
        return moving[one];
    }
}
