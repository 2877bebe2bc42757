package dev.anteroom.fleet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * What is left to do when the monitor has been given back: all that runs the user's code, be it a cutter, a log handler or a gate's
 * callbacks. Each step runs, whatever the others throw. Not thread-safe.
 */
final class Afterwards {
    private static final Logger LOGGER = System.getLogger(FleetLimit.class.getName());

    private final List<Runnable> steps = new ArrayList<>();

    void add(Runnable step) {
        steps.add(step);
    }

    void log(Level level, String message) {
        add(() -> LOGGER.log(level, message));
    }

    void run() {
        steps.forEach(Afterwards::run);
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
            // The log failed. There is nothing left to tell it to, and the node has to go on.
        }
    }
}
