package dev.anteroom.protocol;

import java.net.SocketAddress;
import java.util.function.BooleanSupplier;

/** A bound address at which connections are accepted. All methods may be called from any thread. */
public interface Listener extends AutoCloseable {
    /**
     * Returns the address that this listener is bound to.
     *
     * @return the address, with the port that the system chose if the requested port was 0
     */
    SocketAddress address();

    /** Stops accepting, so that newcomers stay in the kernel's backlog. Takes effect soon, not at once. */
    void pauseAccepting();

    /** Resumes accepting. */
    void resumeAccepting();

    /**
     * Accepts only while a condition is true, in addition to any condition given before. The condition is evaluated on
     * an event loop before each connection is begun, so it takes effect at once, whereas pausing takes effect soon. It
     * must be quick, and may be false only for a moment, because the listener keeps evaluating it; to stop for longer,
     * pause accepting. A listener that need not react at once may ignore conditions.
     *
     * @param condition whether the next connection may begin
     */
    default void acceptWhile(BooleanSupplier condition) {}

    /** Stops listening. Connections that were accepted are not affected. Returns when the address is free again. */
    @Override
    void close();
}
