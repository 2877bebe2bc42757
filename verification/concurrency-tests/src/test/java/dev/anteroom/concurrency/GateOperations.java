package dev.anteroom.concurrency;

import dev.anteroom.scheduler.LifoPolicy;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * What else can be done to a gate, by an operator who turns every knob, and lets time pass. Whatever threads do, it has a result that
 * some order of the same operations, one at a time, has too; and one at a time, the promises are plain.
 */
public class GateOperations extends GateVisits {
    static final int ITERATIONS = Integer.getInteger("anteroom.lincheck.iterations", 1);
    private static final int MODEL_CHECKED = 50;
    private static final int STRESSED = 500;

    /** A policy is code as any, and goes round in loops; more rounds than this are a hang. */
    private static final int LOOP_BOUND = 1000;

    /** Schedules with few switches of threads, one after the other, of so many random scenarios. */
    static void modelCheck(int iterations) {
        new ModelCheckingOptions()
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(2)
                .actorsAfter(2)
                .iterations(iterations)
                .invocationsPerIteration(MODEL_CHECKED)
                .loopBound(LOOP_BOUND)
                .check(GateOperations.class);
    }

    /** Real threads, so many random scenarios. */
    static void stress(int iterations) {
        new StressOptions()
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(iterations)
                .invocationsPerIteration(STRESSED)
                .check(GateOperations.class);
    }

    @Operation(nonParallelGroup = "operator")
    public void raise() {
        gate.limit(2);
    }

    @Operation(nonParallelGroup = "operator")
    public void lower() {
        gate.limit(1);
    }

    @Operation(nonParallelGroup = "operator")
    public void changePolicy() {
        gate.policy(new LifoPolicy());
    }

    @Operation(nonParallelGroup = "operator")
    public void expire() {
        clock.pass(MAX_WAIT);
    }

    @Operation(nonParallelGroup = "operator")
    public void close() {
        gate.close();
    }
}
