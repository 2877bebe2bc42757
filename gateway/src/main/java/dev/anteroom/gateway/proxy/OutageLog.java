package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs that an upstream cannot be reached: at most one line per second, however many connections fail. Thread-safe. */
final class OutageLog {
    private static final Logger LOGGER = System.getLogger(OutageLog.class.getName());

    private final Endpoint upstream;
    private final RateLimitedWarning failures = new RateLimitedWarning();

    OutageLog(Endpoint upstream) {
        this.upstream = upstream;
    }

    /** Logs that the upstream is up again, or down. */
    void stateChanged(boolean up) {
        LOGGER.log(Level.WARNING, () -> "the upstream " + upstream + " is " + (up ? "up" : "down"));
    }

    void report(Throwable reason) {
        failures.log(() -> "cannot connect to the upstream " + upstream + ": " + reason.getMessage());
    }
}
