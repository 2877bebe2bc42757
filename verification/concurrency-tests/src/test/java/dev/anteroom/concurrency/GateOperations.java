package dev.anteroom.concurrency;

import dev.anteroom.scheduler.LifoPolicy;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Adds the operations of an operator: changes of every setting, and steps of the clock. Lincheck verifies that the
 * results of concurrent operations equal those of some sequential order, in which the gate's promises are easy to see.
 */
public class GateOperations extends GateVisits {
    static final int ITERATIONS = Integer.getInteger("anteroom.lincheck.iterations", 1);
    private static final int MODEL_CHECKED = 50;
    private static final int STRESSED = 500;

    /** The number of iterations after which Lincheck reports a loop, such as those in policies, as a hang. */
    private static final int LOOP_BOUND = 1000;

    /** Explores schedules with few thread switches, for a number of random scenarios. */
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

    /** Runs a number of random scenarios on real threads. */
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
