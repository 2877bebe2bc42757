package dev.anteroom.benchmarks;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.PriorityBlockingQueue;
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

/**
 * The operations of {@link WaitingRoomBenchmark} on plain queues, from which a waiting room could be built. There is no
 * gate, no lock and no callback.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class QueueBenchmark {
    private static final int MOVING = 1000;

    @Param({"ArrayDeque", "PriorityBlockingQueue"})
    public String policy;

    @Param({"1000", "100000", "1000000"})
    public int waiters;

    private final Random random = new Random(1);
    private final Waiter[] moving = new Waiter[MOVING];
    private Queue<Waiter> queue;
    private long arrived;

    record Waiter(int priorityClass, long sequence) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            int byClass = Integer.compare(priorityClass, other.priorityClass);
            return byClass != 0 ? byClass : Long.compare(sequence, other.sequence);
        }
    }

    @Setup(Level.Trial)
    public void gather() {
        queue = policy.equals("ArrayDeque") ? new ArrayDeque<>() : new PriorityBlockingQueue<>();
        for (int i = 0; i < waiters - MOVING; i++) {
            enter();
        }
        for (int i = 0; i < MOVING; i++) {
            moving[i] = enter();
        }
    }

    @Benchmark
    public Waiter handoff() {
        enter();
        return queue.remove();
    }

    @Benchmark
    public Waiter cancel() {
        int one = random.nextInt(MOVING);
        queue.remove(moving[one]);
        moving[one] = enter();
        return moving[one];
    }

    private Waiter enter() {
        Waiter newcomer = new Waiter((int) (arrived % 10), arrived++);
        queue.add(newcomer);
        return newcomer;
    }
}
