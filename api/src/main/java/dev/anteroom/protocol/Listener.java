package dev.anteroom.protocol;

import java.net.SocketAddress;

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

    /** Stops listening; connections that were accepted live on. Returns when the address is free again. */
    @Override
    void close();
}
