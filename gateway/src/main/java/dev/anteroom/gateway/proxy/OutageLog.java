package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Says that an upstream cannot be reached: one line a second at most, however many connections fail. Thread-safe. */
final class OutageLog {
    private static final Logger LOGGER = System.getLogger(OutageLog.class.getName());

    private final Endpoint upstream;
    private final RareWarning failures = new RareWarning();

    OutageLog(Endpoint upstream) {
        this.upstream = upstream;
    }

    /** The upstream was found to be up again, or down. */
    void turned(boolean up) {
        LOGGER.log(Level.WARNING, () -> "the upstream " + upstream + " is " + (up ? "up" : "down"));
    }

    void report(Throwable reason) {
        failures.say(() -> "cannot connect to the upstream " + upstream + ": " + reason.getMessage());
    }
}
