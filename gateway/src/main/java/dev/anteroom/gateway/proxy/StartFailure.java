package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.ListenAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Signals that the gateway cannot start although its command line is valid. The message is one line for the user. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean ofSetting;

    /**
     * Creates a failure of any kind.
     *
     * @param message names the option, the value and the way out
     */
    public StartFailure(String message) {
        this(message, null, false);
    }

    private StartFailure(String message, @Nullable Throwable cause, boolean ofSetting) {
        super(message, cause);
        this.ofSetting = ofSetting;
    }

    /**
     * Returns a failure of a setting that may be on the command line or in a file; {@link #from} adds which.
     *
     * @param setting its key in a file, which is its option without the hyphens
     * @param message names the value and the way out
     */
    public static StartFailure ofSetting(String setting, String message, @Nullable Exception cause) {
        return new StartFailure(setting + ": " + message, cause, true);
    }

    /**
     * Returns a failure to listen on the address of a setting.
     *
     * @param setting as for {@link #ofSetting}
     */
    public static StartFailure listening(String setting, ListenAddress address, Exception cause) {
        String wayOut = address instanceof Endpoint
                ? "choose another address, or port 0 for any free port"
                : "have systemd pass one (StandardInput=socket) and choose transport nio, or name an address";
        return ofSetting(setting, "cannot listen on " + address + ": " + cause.getMessage() + "; " + wayOut, cause);
    }

    /**
     * Returns this failure; if it concerns a setting, the message begins with its place.
     *
     * @param file the file that contains the settings, or null for the command line
     * @return the failure to report to the user
     */
    public StartFailure from(@Nullable Path file) {
        return ofSetting ? new StartFailure((file == null ? "--" : file + ": ") + getMessage(), this, false) : this;
    }
}
