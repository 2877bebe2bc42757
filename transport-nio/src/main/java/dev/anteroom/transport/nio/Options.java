package dev.anteroom.transport.nio;

import dev.anteroom.protocol.KeepAlive;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * Sets optional socket options. Not every channel supports each of them: a Unix domain channel has none of TCP's. A
 * broken connection, which accepts no option, reports its state in the next read or write.
 */
final class Options {
    /** Whether an accepted socket inherits the options of the listening socket, as on Linux. */
    private static final boolean INHERITED = System.getProperty("os.name", "").startsWith("Linux");

    private Options() {}

    static boolean isIpv4(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address;
    }

    static <T> void set(NetworkChannel channel, SocketOption<T> option, T value) {
        if (channel.supportedOptions().contains(option)) {
            try {
                channel.setOption(option, value);
            } catch (IOException | UnsupportedOperationException e) {
                // The connection works without the option.
            }
        }
    }

    /**
     * Sets keep-alive on the listening socket for the connections that it accepts, which saves system calls for each of
     * them.
     */
    static void keepAlive(ServerSocketChannel channel, KeepAlive keepAlive) {
        if (INHERITED && keepAlive.isOn()) {
            setProbeTimes(channel, keepAlive);
        }
    }

    /**
     * Enables keep-alive probes on an accepted connection.
     *
     * @param prepared whether the listening channel was {@linkplain #keepAlive prepared} before it accepted the
     *     connection
     */
    static void keepAccepted(SocketChannel channel, KeepAlive keepAlive, boolean prepared) {
        keep(channel, keepAlive, !(prepared && INHERITED));
    }

    /** Enables keep-alive probes on an outgoing connection. */
    static void keepConnected(SocketChannel channel, KeepAlive keepAlive) {
        keep(channel, keepAlive, true);
    }

    private static void keep(SocketChannel channel, KeepAlive keepAlive, boolean withProbeTimes) {
        if (keepAlive.isOn()) {
            set(channel, StandardSocketOptions.SO_KEEPALIVE, true);
            if (withProbeTimes) {
                setProbeTimes(channel, keepAlive);
            }
        }
    }

    private static void setProbeTimes(NetworkChannel channel, KeepAlive keepAlive) {
        set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, keepAlive.idleSeconds());
        set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, keepAlive.intervalSeconds());
        set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, keepAlive.probes());
    }
}
