package dev.anteroom.gateway.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** Builds minimal ClientHello messages. Their bytes are below 128, so they can be used as text. */
public final class Hellos {
    private Hellos() {}

    /** Returns a ClientHello in one record that asks for a server name. */
    public static byte[] of(String serverName) {
        int name = serverName.length();
        int extensions = 2 + 2 + 2 + 1 + 2 + name;
        int hello = 2 + 32 + 1 + 2 + 2 + 1 + 1 + 2 + extensions;
        return ByteBuffer.allocate(5 + 4 + hello)
                .put(new byte[] {22, 3, 1})
                .putShort((short) (4 + hello))
                .putInt((1 << 24) | hello)
                .putShort((short) 0x303)
                .put(new byte[32])
                .put((byte) 0)
                .putShort((short) 2)
                .putShort((short) 0x1301)
                .put(new byte[] {1, 0})
                .putShort((short) extensions)
                .putShort((short) 0)
                .putShort((short) (5 + name))
                .putShort((short) (3 + name))
                .put((byte) 0)
                .putShort((short) name)
                .put(serverName.getBytes(US_ASCII))
                .array();
    }
}
