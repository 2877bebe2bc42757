package dev.anteroom.gateway;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.System.LoggerFinder;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Logs each message of the library and the gateway as one line on standard error. Unlike {@code java.util.logging},
 * which opens files for its first line, it also works when file descriptors have run out, which is when a message
 * matters most.
 */
public final class LineLoggers extends LoggerFinder {
    /** Creates the finder; called by {@link java.util.ServiceLoader}. */
    public LineLoggers() {}

    @Override
    public Logger getLogger(String name, Module module) {
        return new LineLogger(name);
    }

    private record LineLogger(String name) implements Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.compareTo(Level.WARNING) >= 0;
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                String reason = thrown == null ? "" : ": " + thrown;
                System.err.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + level + " " + message + reason);
                if (thrown != null && level == Level.ERROR) {
                    thrown.printStackTrace();
                }
            }
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... params) {
            boolean plain = format == null || params == null || params.length == 0;
            log(level, bundle, plain ? format : MessageFormat.format(format, params), (Throwable) null);
        }
    }
}
