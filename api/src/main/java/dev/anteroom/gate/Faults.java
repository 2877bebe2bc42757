package dev.anteroom.gate;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/** Where the faults of user code are reported: a log, which is user code as well and may fail in its turn. */
final class Faults {
    private static final Logger LOGGER = System.getLogger(AdmissionGate.class.getName());

    private Faults() {}

    /** Logs a fault; never throws. */
    static void report(Level level, Supplier<String> what, Throwable fault) {
        try {
            LOGGER.log(level, what, fault);
        } catch (Throwable e) {
            // There is nobody left to tell, and the gate has to go on.
        }
    }
}
