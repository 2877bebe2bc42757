package dev.anteroom.gateway.proxy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway learned and read of a connection before it reached its gate. Confined to the connection's event
 * loop.
 */
final class PreGateData {
    private final @Nullable InetSocketAddress destination;
    private final boolean inputEnded;
    private byte[] bytes;

    /**
     * Creates the data of one connection.
     *
     * @param destination the address that the client connected to, or null for this side's address
     * @param bytes bytes that the client has sent and that the upstream must receive first
     * @param inputEnded whether the client half-closed after those bytes
     */
    PreGateData(@Nullable InetSocketAddress destination, byte[] bytes, boolean inputEnded) {
        this.destination = destination;
        this.bytes = bytes;
        this.inputEnded = inputEnded;
    }

    /** Returns the data of a connection that reached its gate without pre-gate stages. */
    static PreGateData none() {
        return new PreGateData(null, new byte[0], false);
    }

    @Nullable
    InetSocketAddress destination() {
        return destination;
    }

    boolean inputEnded() {
        return inputEnded;
    }

    /** Returns the bytes read, once. They are not kept for the life of the connection. */
    ByteBuffer takeBytes() {
        ByteBuffer taken = ByteBuffer.wrap(bytes);
        bytes = new byte[0];
        return taken;
    }
}
