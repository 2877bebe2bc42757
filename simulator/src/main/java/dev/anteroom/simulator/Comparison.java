package dev.anteroom.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the same load with several policies and limits, on all processors. */
final class Comparison {
    private Comparison() {}

    /** Returns the outcome of each policy with each limit, in the given order. */
    static List<Outcome> run(Setup setup, List<String> limits, List<String> policies) throws InterruptedException {
        List<Callable<Outcome>> runs = new ArrayList<>();
        for (String limit : limits) {
            policies.forEach(policy -> runs.add(() -> new Simulation(setup.withLimit(limit), policy).run()));
        }
        int processors = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(Math.min(processors, runs.size()));
        try {
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> outcome : executor.invokeAll(runs)) {
                outcomes.add(outcome.get());
            }
            return outcomes;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }
}
