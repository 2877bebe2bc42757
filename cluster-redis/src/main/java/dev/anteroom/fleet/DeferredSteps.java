package dev.anteroom.fleet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps that a node collects under its monitor and runs after leaving it, because they run user code: a cutter, a log
 * handler or a gate's callbacks. Every step runs, even if others throw. Not thread-safe.
 */
final class DeferredSteps {
    private static final Logger LOGGER = System.getLogger(FleetLimit.class.getName());

    private final List<Runnable> steps = new ArrayList<>();

    void add(Runnable step) {
        steps.add(step);
    }

    void log(Level level, String message) {
        add(() -> LOGGER.log(level, message));
    }

    void run() {
        steps.forEach(DeferredSteps::run);
    }

    private static void run(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            report(e);
        }
    }

    private static void report(Throwable fault) {
        try {
            LOGGER.log(Level.ERROR, "fleet: a step of a node failed; the node goes on", fault);
        } catch (Throwable e) {
            // The log itself failed. There is nowhere left to report it, and the node must go on.
        }
    }
}
