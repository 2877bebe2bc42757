package dev.anteroom.transport.netty;

import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Checks for a reset that the selector does not report: the JDK asks the kernel nothing about a channel without
 * interest. A selector of this class therefore watches the channel for OP_CONNECT for the length of one select. An
 * established connection is never ready for OP_CONNECT unless it has an error, because an error makes a channel ready
 * for everything. The interest cannot stay: below the JDK it means that the socket is writable, which it nearly always
 * is, so every select would return at once.
 */
final class NioResetCheck {
    /** The selector of each event loop that needs one, closed when the loop's thread ends. */
    private static final FastThreadLocal<Selector> SELECTOR = new FastThreadLocal<>() {
        @Override
        protected Selector initialValue() throws IOException {
            return Selector.open();
        }

        @Override
        protected void onRemoval(Selector selector) throws IOException {
            selector.close();
        }
    };

    private NioResetCheck() {}

    static boolean isReset(SelectableChannel channel) {
        Selector selector = SELECTOR.get();
        try {
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            boolean reset = selector.selectNow() > 0;
            key.cancel();
            // A key that is still registered would keep the descriptor of the channel when that is closed.
            selector.selectNow();
            return reset;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
