package dev.anteroom.transport.nio;

import org.jspecify.annotations.Nullable;

/**
 * Where this transport says what it cannot tell a protocol. A loop must outlive its log: out of file descriptors or of memory, logging
 * fails as anything may.
 */
final class Log {
    private static final System.Logger LOGGER = System.getLogger("dev.anteroom.transport.nio");

    private Log() {}

    /** Has the log loaded and configured, which takes descriptors. */
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
            // Nobody is left to tell.
        }
    }
}
