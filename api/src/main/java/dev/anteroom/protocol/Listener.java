package dev.anteroom.protocol;

import java.net.SocketAddress;
import java.util.function.BooleanSupplier;

/** A bound address on which connections are accepted. All methods may be called from any thread. */
public interface Listener extends AutoCloseable {
    /**
     * Where it listens.
     *
     * @return the address, with the port that the system chose if it was asked to
     */
    SocketAddress address();

    /** Stops accepting: newcomers stay in the kernel's backlog. Takes effect soon, not at once. */
    void pauseAccepting();

    /** Accepts again. */
    void resumeAccepting();

    /**
     * Accepts only while a condition holds, in addition to any given before. It is asked on an event loop before each connection
     * is begun, so it takes effect at once, where pausing takes effect soon. It must be quick, and may be false for a moment
     * only, because the listener keeps asking: pause accepting for longer. A listener that is not exact about the moment
     * may do without.
     *
     * @param condition whether the next connection may begin
     */
    default void acceptWhile(BooleanSupplier condition) {}

    /** Stops listening; connections that were accepted live on. Returns when the address is free again. */
    @Override
    void close();
}
