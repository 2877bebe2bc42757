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

/** What a crowd costs: one comes, and one goes, while so many wait. Both operations leave as many waiting as there were. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in what is marked for it
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
    private Crowd crowd;

    @Setup(Level.Trial)
    public void gather() {
        crowd = new Crowd(policy, limit, waiters - MOVING);
        for (int i = 0; i < MOVING; i++) {
            moving[i] = crowd.enter();
        }
    }

    /** A slot is released and handed to the next, and another connection comes to wait. */
    @Benchmark
    public Admission handoff() {
        crowd.release();
        return crowd.enter();
    }

    /** One leaves from the midst of those who came last, and another comes to wait. */
    @Benchmark
    public Admission cancel() {
        int one = random.nextInt(MOVING);
        moving[one].leave();
        moving[one] = crowd.enter();
        return moving[one];
    }
}
