package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;

/**
 * The transport on {@code java.nio} alone, found under the name {@code nio}.
 *
 * <pre>{@code
 * EventLoopGroup loops = new NioTransportProvider().open(TransportOptions.defaults());
 * Listener listener = loops.listen(new InetSocketAddress(7000), remote -> new Echo());
 * }</pre>
 *
 * <p><b>What it notices of a peer while reading is paused.</b> A FIN or a reset behind at most
 * {@link TransportOptions#preReadBytes()} unread bytes: at once. A reset behind more, or behind a FIN: on Linux, within a
 * second; elsewhere when something is written. A FIN behind more unread bytes: when reading is resumed, or within a second once this side has shut its output down. A reset after both
 * sides have shut down: not at all. (Linux would tell only
 * through {@code /proc/net/tcp}, a table of all connections of the machine that takes 2 to 3 µs for each of them to read.)
 */
public final class NioTransportProvider implements TransportProvider {
    /** For {@link java.util.ServiceLoader}. */
    public NioTransportProvider() {}

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public EventLoopGroup open(TransportOptions options) {
        return NioEventLoopGroup.open(options);
    }
}
