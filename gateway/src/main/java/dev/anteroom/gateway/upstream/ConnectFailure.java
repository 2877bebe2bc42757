package dev.anteroom.gateway.upstream;

import java.net.BindException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells the failures of a server from those of this machine, which say nothing about any server. */
final class ConnectFailure {
    /** The texts of EADDRNOTAVAIL, EADDRINUSE, EMFILE, ENFILE, ENOBUFS, ENOMEM, EACCES and EPERM in C. */
    private static final String[] OF_THIS_MACHINE = {
        "Cannot assign requested address",
        "Address already in use",
        "Too many open files",
        "No buffer space available",
        "Cannot allocate memory",
        "Permission denied",
        "Operation not permitted"
    };

    private ConnectFailure() {}

    /** Returns whether this machine had no port or descriptor left, or forbids the connection. */
    static boolean isOfThisMachine(Throwable failure) {
        return Stream.<@Nullable Throwable>iterate(failure, cause -> cause == null ? null : cause.getCause())
                .takeWhile(cause -> cause != null)
                .anyMatch(cause -> cause instanceof BindException || names(String.valueOf(cause.getMessage())));
    }

    private static boolean names(String message) {
        return Stream.of(OF_THIS_MACHINE).anyMatch(message::contains);
    }
}
