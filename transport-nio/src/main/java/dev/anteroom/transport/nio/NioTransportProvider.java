package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;

/**
 * The transport on {@code java.nio} without further dependencies, found by the name {@code nio}.
 *
 * <pre>{@code
 * EventLoopGroup loops = new NioTransportProvider().open(TransportOptions.defaults());
 * Listener listener = loops.listen(new InetSocketAddress(7000), remote -> new Echo());
 * }</pre>
 *
 * <p><b>What it notices of a peer while reading is paused:</b>
 * <ul>
 *   <li>A FIN or a reset behind at most {@link TransportOptions#preReadBytes()} unread bytes: at once.
 *   <li>A reset behind more bytes, or behind a FIN: within a second on Linux; elsewhere, when something is written.
 *   <li>A FIN behind more unread bytes: when reading is resumed, or within a second once this side has shut its output
 *       down.
 *   <li>A reset after both sides have shut down: not at all. (Linux would report it only through {@code /proc/net/tcp},
 *       a table of all connections of the machine that takes 2 to 3 µs to read for each of them.)
 * </ul>
 */
public final class NioTransportProvider implements TransportProvider {
    /** Creates a provider for {@link java.util.ServiceLoader}. */
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
