package dev.anteroom.transport.nio;

import dev.anteroom.protocol.KeepAlive;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * Sets options that a connection can do without. A channel need not know each of them: one of the Unix domain has none of TCP's. And
 * a connection that is broken, and therefore takes none, tells so in the next read or write.
 */
final class Options {
    /** On Linux an accepted socket has what was set on the one that listens. */
    private static final boolean INHERITED = System.getProperty("os.name", "").startsWith("Linux");

    private Options() {}

    static <T> void set(NetworkChannel channel, SocketOption<T> option, T value) {
        if (channel.supportedOptions().contains(option)) {
            try {
                channel.setOption(option, value);
            } catch (IOException | UnsupportedOperationException e) {
                // Then it goes without.
            }
        }
    }

    /** Prepares connections that are going to be accepted, which saves system calls for each of them. */
    static void keepAlive(ServerSocketChannel channel, KeepAlive keepAlive) {
        if (INHERITED && keepAlive.isOn()) {
            setFigures(channel, keepAlive);
        }
    }

    /**
     * Has an accepted connection probed.
     *
     * @param prepared whether the channel that listens was {@linkplain #keepAlive prepared} before it did
     */
    static void keepAccepted(SocketChannel channel, KeepAlive keepAlive, boolean prepared) {
        keep(channel, keepAlive, !(prepared && INHERITED));
    }

    /** Has a connection probed that this side makes. */
    static void keepConnected(SocketChannel channel, KeepAlive keepAlive) {
        keep(channel, keepAlive, true);
    }

    private static void keep(SocketChannel channel, KeepAlive keepAlive, boolean withFigures) {
        if (keepAlive.isOn()) {
            set(channel, StandardSocketOptions.SO_KEEPALIVE, true);
            if (withFigures) {
                setFigures(channel, keepAlive);
            }
        }
    }

    private static void setFigures(NetworkChannel channel, KeepAlive keepAlive) {
        set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, keepAlive.idleSeconds());
        set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, keepAlive.intervalSeconds());
        set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, keepAlive.probes());
    }
}
