package dev.anteroom.transport.nio;

import org.jspecify.annotations.Nullable;

/**
 * The log of this transport, for what it cannot report to a protocol. A loop must survive a failure to log: when the
 * process is out of descriptors or memory, logging fails as anything else may.
 */
final class Log {
    private static final System.Logger LOGGER = System.getLogger("dev.anteroom.transport.nio");

    private Log() {}

    /** Loads and configures the log, which takes descriptors. */
    static void prepare() {
        LOGGER.isLoggable(System.Logger.Level.ERROR);
    }

    static void warn(String message) {
        write(System.Logger.Level.WARNING, message, null);
    }

    static void warn(String message, Throwable cause) {
        write(System.Logger.Level.WARNING, message, cause);
    }

    static void error(String message, Throwable cause) {
        write(System.Logger.Level.ERROR, message, cause);
    }

    private static void write(System.Logger.Level level, String message, @Nullable Throwable cause) {
        try {
            LOGGER.log(level, message, cause);
        } catch (Throwable e) {
            // There is nowhere left to report it.
        }
    }
}
