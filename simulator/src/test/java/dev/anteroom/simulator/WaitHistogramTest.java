package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WaitHistogramTest {
    @Test
    void a_quantile_is_exact_to_a_thousandth() {
        SplittableRandom random = new SplittableRandom(1);
        long[] waits = random.longs(9_999)
                .map(bits -> (bits >>> 1) >>> random.nextInt(63))
                .sorted()
                .toArray();
        WaitHistogram histogram = new WaitHistogram();
        Arrays.stream(waits).forEach(histogram::add);
        for (double share : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 1}) {
            long exact = waits[(int) Math.ceil(share * waits.length) - 1];
            assertEquals((double) exact, (double) histogram.quantile(share), exact / 1000.0, "share " + share);
        }
    }

    @Test
    void an_empty_histogram_has_quantiles_of_zero() {
        assertEquals(0, new WaitHistogram().quantile(0.5));
    }
}
