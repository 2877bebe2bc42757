package dev.anteroom.transport.nio;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.transport.StreamTransport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One connection. Confined to its loop. */
/*
 * Input: only a read tells a FIN or a reset, so while delivery is paused bytes are read ahead. Once as much as the bound was read,
 * or the input has ended, the connection may be interested in nothing, and the selector asks the kernel nothing; then DepartureSweep
 * asks now and then.
 *
 * Output: bytes go to the kernel at once, or else into `pending`, which exists only while it holds some.
 *
 * The interest is that of what the connection waits for, and is told to the selector only when it has changed.
 */
final class NioTransport extends StreamTransport implements Registered {
    /** Bytes that every path carries in one segment (RFC 9293, 3.7.1). */
    private static final int WITHIN_ONE_SEGMENT = 536;

    private final NioEventLoop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final SocketAddress remote;
    private final SocketAddress local;

    private @Nullable PendingWrites pending;
    private boolean hasRoom = true;

    /** How many times something was written, as far as Nagle's algorithm cares: twice or more is 2. */
    private byte writes;

    NioTransport(NioEventLoop loop, SocketChannel channel, SelectionKey key, Protocol protocol) throws IOException {
        super(loop, protocol);
        this.loop = loop;
        this.channel = channel;
        this.key = key;
        this.remote = channel.getRemoteAddress();
        this.local = channel.getLocalAddress();
    }

    /** Makes the connection known to the selector and to its protocol. */
    void start() {
        key.attach(this);
        begin();
    }

    @Override
    public void letNextBegin() {
        loop.letNextBegin();
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    // ---- input

    private void read() throws IOException {
        ByteBuffer buffer = loop.buffer();
        buffer.limit(Math.min(buffer.capacity(), room()));
        if (channel.read(buffer) < 0) {
            inputEnded();
        } else {
            received(buffer.flip());
        }
    }

    @Override
    protected void updateReading() {
        updateInterest();
    }

    private void updateInterest() {
        if (!isLost()) {
            int operations = (wantsInput() ? SelectionKey.OP_READ : 0) | (pending != null ? SelectionKey.OP_WRITE : 0);
            if (operations != key.interestOps()) {
                key.interestOps(operations);
                if (operations == 0) {
                    loop.departures().want();
                }
            }
        }
    }

    /**
     * Begins to ask whether the connection is over both ways, if the selector would not tell. Not if it is known to be: a reset would then
     * look just the same to the JDK.
     *
     * @return whether {@link #askedForHangUp} is to follow after the next select
     */
    boolean askForHangUp() {
        boolean unheard = isOpen() && key.interestOps() == 0 && !hasEndedBothWays();
        if (unheard) {
            key.interestOps(SelectionKey.OP_CONNECT);
        }
        return unheard;
    }

    void askedForHangUp() {
        updateInterest();
    }

    // ---- output

    @Override
    protected void send(ByteBuffer data) throws IOException {
        if (pending == null) {
            forbidDelay(data.remaining());
            PendingWrites.write(data, channel);
        }
        if (data.hasRemaining()) {
            if (pending == null) {
                pending = new PendingWrites();
            }
            pending.add(data);
            updateRoom();
            updateInterest();
        }
    }

    /**
     * Sees that the kernel delays nothing that is written. It would delay a small segment behind one that is not acknowledged
     * yet, so a connection that writes once, and little, needs no TCP_NODELAY and is spared the system call.
     */
    private void forbidDelay(int bytes) {
        if (writes < 2) {
            writes = (byte) (writes == 0 && bytes <= WITHIN_ONE_SEGMENT ? 1 : 2);
            if (writes == 2) {
                Options.set(channel, StandardSocketOptions.TCP_NODELAY, true);
            }
        }
    }

    private void flush() throws IOException {
        if (pending != null) {
            pending.writeTo(channel);
            updateRoom();
            if (pending.isEmpty()) {
                pending = null;
                flushed();
            }
        }
    }

    private void updateRoom() {
        int mark = loop.options().highWaterMark();
        boolean now = hasRoom ? pendingBytes() < mark : pendingBytes() <= mark / 2;
        if (now != hasRoom) {
            hasRoom = now;
            roomChanged();
        }
    }

    @Override
    protected long pendingBytes() {
        return pending == null ? 0 : pending.bytes();
    }

    @Override
    protected boolean hasRoom() {
        return hasRoom;
    }

    // ---- the end

    @Override
    protected void sendFin() throws IOException {
        channel.shutdownOutput();
    }

    /** Closes before the loss is told: its protocol may count on the descriptor being free, and on the peer knowing. */
    @Override
    protected void release(boolean reset) {
        pending = null;
        if (reset) {
            NioEventLoop.resetWhenClosed(channel);
        }
        loop.deregister(key, () -> {
            NioEventLoop.discard(channel);
            released();
        });
    }

    @Override
    public void shutDown() {
        abort();
    }

    // ---- the loop

    @Override
    public void ready(int operations) {
        guard(() -> {
            if ((operations & SelectionKey.OP_CONNECT) != 0) {
                hungUp();
            }
            if ((operations & SelectionKey.OP_WRITE) != 0) {
                flush();
            }
            if ((operations & SelectionKey.OP_READ) != 0 && wantsInput()) {
                read();
            }
            updateInterest();
        });
    }
}
