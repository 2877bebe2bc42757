package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.tests.FleetSimulation.Result;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/** Simulates fleets of several sizes; {@code -Danteroom.fleet.nodes=3,10,100,1000} sets the sizes. */
@Isolated
@Execution(ExecutionMode.SAME_THREAD)
class FleetSimulationTest {
    private static final int[] SIZES = Arrays.stream(
                    System.getProperty("anteroom.fleet.nodes", "4").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    private static final long SEED = Long.getLong("anteroom.seed", 1);

    @Test
    void slots_move_quickly_and_few_are_wasted_at_any_size() {
        System.out.println("nodes  limit   peak  moved within  Redis calls/s  wasted");
        for (int size : SIZES) {
            Result result = new FleetSimulation(size, SEED).run();
            System.out.printf(
                    "%5d %6d %6d %10d ms %14.0f %6.1f%%%n",
                    result.nodes(),
                    result.limit(),
                    result.peak(),
                    result.convergenceMillis(),
                    result.callsPerSecond(),
                    100 * result.wasted());
            assertEquals(result.limit(), result.peak());
            assertTrue(result.convergenceMillis() <= 3000, result::toString);
            assertTrue(result.wasted() < 0.1, result::toString);
        }
    }
}
