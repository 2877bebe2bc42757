package dev.anteroom.gateway.identity;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * ClientHellos. The server name must be the same whether the bytes arrive at once or one by one, the bytes taken must
 * be a prefix of the input, and the name must be a valid host name.
 */
public final class ClientHelloFuzz {
    private ClientHelloFuzz() {}

    /**
     * Parses one input.
     *
     * @param data the bytes that a client sends
     */
    public static void fuzzerTestOneInput(byte[] data) {
        ClientHelloReader whole = read(data, Math.max(1, data.length));
        ClientHelloReader slow = read(data, 1);
        String name = whole.serverName();
        if (!Objects.equals(name, slow.serverName())) {
            throw new AssertionError(name + " and " + slow.serverName());
        }
        if (name != null && !name.matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)*")) {
            throw new AssertionError(name);
        }
    }

    private static ClientHelloReader read(byte[] data, int segment) {
        ClientHelloReader reader = new ClientHelloReader();
        int at = 0;
        boolean done = false;
        while (!done && at < data.length) {
            ByteBuffer part = ByteBuffer.wrap(data, at, Math.min(segment, data.length - at));
            done = reader.read(part);
            at = part.position();
        }
        if (at > ClientHelloReader.LONGEST || !Arrays.equals(reader.taken(), Arrays.copyOf(data, at))) {
            throw new AssertionError("took " + at + ", kept " + reader.taken().length);
        }
        return reader;
    }
}
