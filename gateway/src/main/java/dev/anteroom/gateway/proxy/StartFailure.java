package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.ListenAddress;

/** The gateway cannot start, and it is not the command line that is wrong. The message is one line for the user. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Of any kind.
     *
     * @param message names the option, the value and the way out
     */
    public StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Of what cannot be listened on.
     *
     * @param setting its name on the command line and in a file
     */
    public static StartFailure listening(String setting, ListenAddress address, Exception cause) {
        String wayOut = address instanceof Endpoint
                ? "choose another address, or port 0 for any that is free"
                : "have systemd pass one (StandardInput=socket) and choose transport nio, or name an address";
        return new StartFailure(
                setting + ": cannot listen on " + address + ": " + cause.getMessage() + "; " + wayOut, cause);
    }
}
