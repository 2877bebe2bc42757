package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;

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

    /** Of an address that cannot be listened on. */
    public static StartFailure listening(String option, Endpoint endpoint, Exception cause) {
        return new StartFailure(
                option + ": cannot listen on " + endpoint + ": " + cause.getMessage()
                        + "; choose another address, or port 0 for any that is free",
                cause);
    }
}
