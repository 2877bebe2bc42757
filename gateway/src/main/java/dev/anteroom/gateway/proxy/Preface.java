package dev.anteroom.gateway.proxy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What was learnt and read of a connection before it came to its gate, for whoever serves it. Lives on the connection's event loop. */
final class Preface {
    private final @Nullable InetSocketAddress destination;
    private final boolean inputEnded;
    private byte[] bytes;

    /**
     * Keeps it.
     *
     * @param destination where the client connected to, or null for this side's address
     * @param bytes what it has sent and the upstream is to hear first
     * @param inputEnded whether it has shut down its sending side after that
     */
    Preface(@Nullable InetSocketAddress destination, byte[] bytes, boolean inputEnded) {
        this.destination = destination;
        this.bytes = bytes;
        this.inputEnded = inputEnded;
    }

    /** Of one that came to the gate at once. */
    static Preface none() {
        return new Preface(null, new byte[0], false);
    }

    @Nullable
    InetSocketAddress destination() {
        return destination;
    }

    boolean inputEnded() {
        return inputEnded;
    }

    /** What has been read, once: it is not kept for as long as the connection lasts. */
    ByteBuffer takeBytes() {
        ByteBuffer taken = ByteBuffer.wrap(bytes);
        bytes = new byte[0];
        return taken;
    }
}
