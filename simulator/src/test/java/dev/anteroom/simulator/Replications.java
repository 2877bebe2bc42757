package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Independent runs of one experiment, with a mean and its confidence interval. */
record Replications(List<Outcome> outcomes) {
    private static final int RUNS = 20;

    /**
     * Student's t for 19 degrees of freedom and 99.9 percent. The seeds are fixed, so a test that passes once always
     * passes.
     */
    private static final double T = 3.883;

    /** Runs an experiment with 20 seeds. */
    static Replications of(String policy, String arrivals, String service, String patience, int limit, int count) {
        return new Replications(IntStream.rangeClosed(1, RUNS)
                .mapToObj(seed -> new Simulation(setup(arrivals, service, patience, limit, count, seed), policy).run())
                .toList());
    }

    static Setup setup(String arrivals, String service, String patience, int limit, int count, long seed) {
        Distribution patiences = patience.equals("none") ? Distribution.NONE : Distribution.parse(patience);
        Load load = new Load(Arrivals.parse(arrivals), Distribution.parse(service), patiences, 1, 0, 1, count, seed, 0);
        return new Setup(
                load, 1, "" + limit, 100_000, Duration.ZERO, Departures.NOTICED, 0, Distribution.NONE, Upstream.IDEAL);
    }

    double mean(ToDoubleFunction<Outcome> figure) {
        return outcomes.stream().mapToDouble(figure).average().orElseThrow();
    }

    /** Returns half the width of the confidence interval. */
    double error(ToDoubleFunction<Outcome> figure) {
        double mean = mean(figure);
        double squares = outcomes.stream()
                .mapToDouble(figure)
                .map(x -> (x - mean) * (x - mean))
                .sum();
        return T * Math.sqrt(squares / (RUNS - 1) / RUNS);
    }

    /** Fails unless the interval contains the expected figure and is narrow. */
    void agreeOn(double expected, ToDoubleFunction<Outcome> figure) {
        assertEquals(expected, mean(figure), error(figure));
        assertEquals(0, error(figure) / expected, 0.15, "the interval is too wide");
    }
}
