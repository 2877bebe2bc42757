package dev.anteroom.gateway.identity;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** PROXY headers: all at once and byte by byte is the same, and who is named is named again by a header written of it. */
public final class ProxyHeaderFuzz {
    private ProxyHeaderFuzz() {}

    /**
     * One input.
     *
     * @param data what a proxy sends
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
