package dev.anteroom.transport.nio;

import dev.anteroom.protocol.KeepAlive;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * Sets optional socket options. Not every channel supports each of them: a Unix domain channel has none of TCP's. A
 * broken connection, which accepts no option, reports its state in the next read or write.
 */
final class Options {
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

    /** Lets the kernel probe the peer. The order matters: see {@link NioTransport#startProbes}. */
    static void keepAlive(SocketChannel channel, KeepAlive keepAlive) {
        set(channel, StandardSocketOptions.SO_KEEPALIVE, true);
        set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, keepAlive.intervalSeconds());
        set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, keepAlive.probes());
        set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, keepAlive.idleSeconds());
    }
}
