package dev.anteroom.scheduler;

import dev.anteroom.gate.AdmissionGate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Suppresses the log of faults that a test causes on purpose, ten thousand times. */
final class QuietLog implements BeforeAllCallback, AfterAllCallback {
    private static final Logger LOGGER = Logger.getLogger(AdmissionGate.class.getName());

    @Override
    public void beforeAll(ExtensionContext context) {
        LOGGER.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LOGGER.setLevel(null);
    }
}
