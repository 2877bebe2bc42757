package dev.anteroom.chaos;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One end of a connection that the harness plays. Confined to its loop. */
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

    /** The other end has finished. */
    abstract void inputClosed();

    /** More can be written. */
    abstract void writable();

    /** Called once: the connection is gone, by a reset or because this end has closed it. */
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

    /** Whatever is thrown is the end of this connection, as a server's code would have it. */
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

    /** Takes up all that has come by now, wanted or not: the other end may be gone since long. */
    final void look() {
        guard(() -> {
            while (!inputClosed && !ended && read() > 0) {
                // There may be more.
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
            // It is gone already.
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
                // It is gone for us.
            }
        }
    }

    /** Something that a broken connection interrupts. */
    interface Step {
        void run() throws IOException;
    }
}
