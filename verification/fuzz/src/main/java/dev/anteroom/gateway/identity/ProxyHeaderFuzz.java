package dev.anteroom.gateway.identity;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * PROXY headers. The result must be the same whether the bytes arrive at once or one by one, and the addresses must
 * survive a round trip through a header of each version.
 */
public final class ProxyHeaderFuzz {
    private ProxyHeaderFuzz() {}

    /**
     * Parses one input.
     *
     * @param data the bytes that a proxy sends
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Result whole = read(data, Math.max(1, data.length));
        if (!whole.equals(read(data, 1))) {
            throw new AssertionError(whole);
        }
        if (whole.taken > ProxyHeaderReader.LONGEST) {
            throw new AssertionError("took " + whole.taken);
        }
        if (whole.ends != null) {
            for (ProxyVersion version : ProxyVersion.values()) {
                byte[] header = version.header(whole.ends);
                if (!whole.ends.equals(read(header, header.length).ends)) {
                    throw new AssertionError(version + ": " + whole);
                }
            }
        }
    }

    private static Result read(byte[] data, int segment) {
        ProxyHeaderReader reader = new ProxyHeaderReader();
        int taken = 0;
        boolean whole = false;
        try {
            while (!whole && taken < data.length) {
                ByteBuffer part = ByteBuffer.wrap(data, taken, Math.min(segment, data.length - taken));
                whole = reader.read(part);
                taken = part.position();
            }
            return new Result(whole, taken, reader.addresses(), null);
        } catch (IllegalArgumentException e) {
            return new Result(false, 0, null, Objects.requireNonNull(e.getMessage()));
        }
    }

    private record Result(
            boolean whole,
            int taken,
            @Nullable ProxiedAddresses ends,
            @Nullable String fault) {}
}
