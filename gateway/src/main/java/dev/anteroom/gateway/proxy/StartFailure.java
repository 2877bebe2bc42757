package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.ListenAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The gateway cannot start, and it is not the command line that is wrong. The message is one line for the user. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean ofSetting;

    /**
     * Of any kind.
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
     * Of a setting that may stand on the command line or in a file; {@link #from} tells which.
     *
     * @param setting its key in a file, which is its option without the hyphens
     * @param message names the value and the way out
     */
    public static StartFailure ofSetting(String setting, String message, @Nullable Exception cause) {
        return new StartFailure(setting + ": " + message, cause, true);
    }

    /**
     * Of a setting that cannot be listened on.
     *
     * @param setting as for {@link #ofSetting}
     */
    public static StartFailure listening(String setting, ListenAddress address, Exception cause) {
        String wayOut = address instanceof Endpoint
                ? "choose another address, or port 0 for any that is free"
                : "have systemd pass one (StandardInput=socket) and choose transport nio, or name an address";
        return ofSetting(setting, "cannot listen on " + address + ": " + cause.getMessage() + "; " + wayOut, cause);
    }

    /**
     * The same, and if it is of a setting, where that stands.
     *
     * @param file which has the settings, or null if the command line has
     * @return what to tell the user
     */
    public StartFailure from(@Nullable Path file) {
        return ofSetting ? new StartFailure((file == null ? "--" : file + ": ") + getMessage(), this, false) : this;
    }
}
