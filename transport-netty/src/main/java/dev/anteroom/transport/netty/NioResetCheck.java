package dev.anteroom.transport.netty;

import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Finds a reset that nobody reports: for a channel that its selector is not to watch, the JDK asks the kernel nothing. So it is
 * watched for the length of one select, by a selector of this class's own, for OP_CONNECT. An established connection is never
 * ready for that, unless there is an error, because an error makes a channel ready for everything. It could not stay so: below
 * the JDK it means that the socket may be written to, which is so nearly always, and every select would return at once.
 */
final class NioResetCheck {
    /** One for each event loop that needs one, closed when its thread ends. */
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
            // A key that is still registered would keep the channel's descriptor when it is closed.
            selector.selectNow();
            return reset;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
