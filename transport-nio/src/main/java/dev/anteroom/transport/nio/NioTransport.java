package dev.anteroom.transport.nio;

import dev.anteroom.protocol.KeepAlive;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.transport.StreamTransport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A connection on a non-blocking socket. Confined to its loop. */
/*
 * Input: only a read reveals a FIN or a reset, so bytes are read ahead while delivery is paused. Once the connection
 * has read as much as the bound allows, or its input has ended, it may be interested in nothing, and the selector asks
 * the kernel nothing about it. DepartureSweep then checks it periodically.
 *
 * Output: bytes go to the kernel at once, or else into `pending`, which exists only while it has bytes.
 *
 * Interest: the key's interest is what the connection waits for. The selector is told only of changes.
 */
final class NioTransport extends StreamTransport implements Registered {
    /** Number of bytes that every path carries in one segment (RFC 9293, 3.7.1). */
    private static final int WITHIN_ONE_SEGMENT = 536;

    private final NioEventLoop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final SocketAddress remote;
    private final SocketAddress local;

    private @Nullable PendingWrites pending;
    private boolean hasRoom = true;

    /** Number of writes, as far as Nagle's algorithm is concerned; 2 means two or more. */
    private byte writes;

    NioTransport(NioEventLoop loop, SocketChannel channel, SelectionKey key, Protocol protocol) throws IOException {
        super(loop, protocol);
        this.loop = loop;
        this.channel = channel;
        this.key = key;
        this.remote = channel.getRemoteAddress();
        this.local = channel.getLocalAddress();
    }

    /** Attaches the connection to its selection key and notifies its protocol. */
    void start() {
        key.attach(this);
        begin();
    }

    @Override
    public void beginNext() {
        loop.beginNext();
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    protected void startProbes(KeepAlive keepAlive) {
        Options.keepAlive(channel, keepAlive);
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
                    loop.departures().request();
                }
            }
        }
    }

    /**
     * Checks during the next select whether the connection is closed both ways, if the selector would not report it
     * otherwise. Does nothing if both sides are known to have ended, because a reset would then look the same to the
     * JDK.
     *
     * @return whether {@link #endHangUpCheck} must follow after the next select
     */
    boolean beginHangUpCheck() {
        boolean unwatched = isOpen() && key.interestOps() == 0 && !hasEndedBothWays();
        if (unwatched) {
            key.interestOps(SelectionKey.OP_CONNECT);
        }
        return unwatched;
    }

    void endHangUpCheck() {
        updateInterest();
    }

    // ---- output

    @Override
    protected void send(ByteBuffer data) throws IOException {
        if (pending == null) {
            disableDelayIfNeeded(data.remaining());
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
     * Turns Nagle's algorithm off where it could delay output. The kernel delays a small segment only behind one that
     * is not acknowledged yet. A connection that writes once, and little, therefore needs no TCP_NODELAY, and is spared
     * the system call.
     */
    private void disableDelayIfNeeded(int bytes) {
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

    // ---- close

    @Override
    protected void sendFin() throws IOException {
        channel.shutdownOutput();
    }

    /**
     * Closes the channel before the protocol learns of the loss: the protocol may rely on the descriptor being free,
     * and on the peer having been notified.
     */
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
