package dev.anteroom.gate;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/** Logs the faults of user code. A log handler is user code too, and may itself fail. */
final class Faults {
    private static final Logger LOGGER = System.getLogger(AdmissionGate.class.getName());

    private Faults() {}

    /** Logs a fault. Never throws. */
    static void report(Level level, Supplier<String> what, Throwable fault) {
        try {
            LOGGER.log(level, what, fault);
        } catch (Throwable e) {
            // Nothing is left to report to, and the gate has to go on.
        }
    }
}
