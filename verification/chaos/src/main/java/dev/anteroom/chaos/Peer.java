package dev.anteroom.chaos;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The harness's end of a connection. Confined to its loop. */
abstract class Peer implements Wire {
    private static final ThreadLocal<ByteBuffer> BUFFER = ThreadLocal.withInitial(() -> ByteBuffer.allocate(64 * 1024));

    private final PeerLoop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private @Nullable ByteBuffer unsent;
    private boolean reading = true;
    private boolean inputClosed;
    private boolean finishing;
    private boolean closing;
    private boolean ended;

    Peer(PeerLoop loop, SocketChannel channel) throws IOException {
        this.loop = loop;
        this.channel = channel;
        key = loop.register(channel, SelectionKey.OP_READ, this::ready);
    }

    abstract void received(ByteBuffer data);

    /** Called when the other end has shut down its output. */
    abstract void inputClosed();

    /** Called when more can be written. */
    abstract void writable();

    /** Called once, when the connection has ended by a reset or because this end closed it. */
    abstract void ended(@Nullable IOException reset);

    private void ready() {
        guard(() -> {
            if (key.isWritable()) {
                flush();
            }
            if (key.isValid() && key.isReadable()) {
                read();
            }
        });
    }

    /** Runs a step. An exception ends this connection, as it would in a server. */
    final void guard(Step step) {
        if (ended) {
            return;
        }
        try {
            step.run();
            updateInterest();
        } catch (IOException e) {
            end(e);
        } catch (Throwable e) {
            if (!Mischief.ON_PURPOSE.equals(e.getMessage())) {
                throw e;
            }
            reset();
        }
    }

    private int read() throws IOException {
        ByteBuffer buffer = BUFFER.get().clear();
        int count = channel.read(buffer);
        if (count < 0) {
            inputClosed = true;
            inputClosed();
        } else if (count > 0) {
            received(buffer.flip());
        }
        return count;
    }

    /** Reads all that has arrived, even if reading is paused, in order to notice that the other end has left. */
    final void readAll() {
        guard(() -> {
            while (!inputClosed && !ended && read() > 0) {
                // The socket may have more.
            }
        });
    }

    private void flush() throws IOException {
        if (unsent != null) {
            channel.write(unsent);
            if (unsent.hasRemaining()) {
                return;
            }
            unsent = null;
        }
        if (finishing) {
            endOutput();
        } else {
            writable();
        }
    }

    private void endOutput() throws IOException {
        if (closing) {
            end(null);
        } else {
            channel.shutdownOutput();
        }
    }

    private void updateInterest() {
        if (!ended) {
            int read = reading && !inputClosed ? SelectionKey.OP_READ : 0;
            key.interestOps(read | (unsent == null ? 0 : SelectionKey.OP_WRITE));
        }
    }

    @Override
    public final void write(ByteBuffer data) {
        if (ended || finishing) {
            return;
        }
        try {
            channel.write(data);
            unsent = data.hasRemaining() ? data : null;
        } catch (IOException e) {
            end(e);
        }
    }

    @Override
    public final boolean isWritable() {
        return unsent == null && !ended && !finishing;
    }

    @Override
    public final void pauseReading() {
        reading = false;
    }

    final void resumeReading() {
        reading = true;
    }

    @Override
    public final void finish() {
        if (!ended && !finishing) {
            finishing = true;
            endOutputIfFlushed();
        }
    }

    @Override
    public final void close() {
        closing = true;
        if (!ended) {
            finishing = true;
            endOutputIfFlushed();
        }
    }

    private void endOutputIfFlushed() {
        if (unsent == null) {
            try {
                endOutput();
            } catch (IOException e) {
                end(e);
            }
        }
    }

    @Override
    public final void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // The connection has already ended.
        }
        end(null);
    }

    @Override
    public final void after(long millis, Runnable task) {
        loop.after(millis, () -> guard(task::run));
    }

    final boolean isEnded() {
        return ended;
    }

    private void end(@Nullable IOException reset) {
        if (!ended) {
            ended = true;
            ended(reset);
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing is left to do for a channel that fails to close.
            }
        }
    }

    /** A step that fails if the connection breaks. */
    interface Step {
        void run() throws IOException;
    }
}
