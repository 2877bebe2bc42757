package dev.anteroom.gateway.identity;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** ClientHellos: all at once and byte by byte the name is the same, what was taken is the beginning of what came, and a name is one. */
public final class ClientHelloFuzz {
    private ClientHelloFuzz() {}

    /**
     * One input.
     *
     * @param data what a client sends
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
