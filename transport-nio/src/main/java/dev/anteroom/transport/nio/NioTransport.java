package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection. Confined to its loop. */
/*
 * A connection is three small state machines.
 *
 * The connection itself:
 *
 *     OPEN --close()--> CLOSING --the FIN sent, and the peer's seen or awaited long enough--> LOST
 *     OPEN, CLOSING --abort(), reset, a protocol that throws----------------------------------> LOST
 *     OPEN --both sides have shut down---------------------------------------------------------> LOST
 *
 * connectionLost is queued on the way into LOST, and nothing else is called in it. While CLOSING the protocol hears nothing
 * but that, and what the peer still sends is thrown away.
 *
 * Its input:
 *
 *     OPEN --read() returned -1--> ENDED --every byte is delivered--> TOLD (inputClosed)
 *
 * Delivery of the input. `paused` is what the protocol wants and changes at once; `holding` is what happens, and ends in a
 * later turn, so that resumeReading() never calls back from inside:
 *
 *     pauseReading()                     resumeReading()
 *     paused, holding  ------------->  not paused, holding  --- the turn comes: continueReading() ---> not holding
 *
 * While it holds, bytes are read ahead into `kept`, because only a read tells a FIN or a reset. Reading ahead stops at the bound,
 * with one byte to spare: if just as many bytes as the bound came before the FIN, then the read after them must still be
 * tried. What a protocol leaves unread when it pauses is kept in the same place, and is delivered first.
 *
 * Its output: bytes go to the kernel at once, or else into `pending`, which exists only while it holds some. `outputEnding` says
 * that a FIN is to follow them, `outputEnded` that it was sent.
 *
 * Each way in (the selector, a queued turn) runs in a guard: whatever is thrown there, by the socket or by the protocol, is
 * the end of this connection and of nothing else.
 */
final class NioTransport implements Transport, Registered {
    private enum State {
        OPEN,
        CLOSING,
        LOST
    }

    private enum Input {
        OPEN,
        ENDED,
        TOLD
    }

    private static final byte[] NOTHING = {};

    /** Bytes that every path carries in one segment (RFC 9293, 3.7.1). */
    private static final int WITHIN_ONE_SEGMENT = 536;

    private final NioEventLoop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Protocol protocol;
    private final SocketAddress remote;
    private final SocketAddress local;

    private State state = State.OPEN;
    private Input input = Input.OPEN;
    private byte[] kept = NOTHING;
    private @Nullable PendingWrites pending;

    /** When a connection that is closing is to be gone: first for want of a peer that reads, then of one that closes. */
    private @Nullable Cancellable deadline;

    private boolean paused;
    private boolean holding;
    private boolean endSeenTold;
    private boolean outputEnding;
    private boolean outputEnded;
    private boolean lingering;
    private boolean writable = true;
    private boolean writabilityUntold;

    /** How many times something was written, as far as Nagle's algorithm cares: twice or more is 2. */
    private byte writes;

    NioTransport(NioEventLoop loop, SocketChannel channel, SelectionKey key, Protocol protocol) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.key = key;
        this.protocol = protocol;
        this.remote = channel.getRemoteAddress();
        this.local = channel.getLocalAddress();
    }

    /** Makes the connection known to its protocol and to the selector. */
    void begin() {
        key.attach(this);
        guard(() -> protocol.connectionMade(this));
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
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

    @Override
    public void pauseReading() {
        if (state == State.OPEN) {
            paused = true;
            holding = true;
        }
    }

    @Override
    public void resumeReading() {
        if (state == State.OPEN && paused) {
            paused = false;
            loop.later(() -> guard(this::continueReading));
        }
    }

    @Override
    public int bytesKept() {
        return kept.length;
    }

    @Override
    public boolean isReading() {
        return !paused;
    }

    private void continueReading() throws IOException {
        if (state == State.OPEN && holding) {
            holding = paused;
            if (!holding) {
                deliver(takeKept());
            }
            tellEndOfInput();
        }
    }

    private void read() throws IOException {
        ByteBuffer buffer = loop.buffer();
        if (holding) {
            buffer.limit(Math.min(buffer.capacity(), roomToReadAhead()));
        }
        int count = channel.read(buffer);
        if (count < 0) {
            input = Input.ENDED;
            tellEndOfInput();
        } else if (state == State.OPEN) {
            deliver(buffer.flip());
        }
    }

    private int roomToReadAhead() {
        return loop.options().preReadBytes() + 1 - kept.length;
    }

    /** Hands over what the protocol takes now, and keeps the rest if it is to be taken later. */
    private void deliver(ByteBuffer data) {
        if (!holding && data.hasRemaining()) {
            protocol.dataReceived(data);
        }
        if (holding && data.hasRemaining()) {
            int length = kept.length;
            kept = Arrays.copyOf(kept, length + data.remaining());
            data.get(kept, length, data.remaining());
        }
    }

    private ByteBuffer takeKept() {
        ByteBuffer buffer = loop.buffer().put(kept).flip();
        kept = NOTHING;
        return buffer;
    }

    private void tellEndOfInput() throws IOException {
        if (state == State.CLOSING) {
            endIfDone();
        } else if (state == State.OPEN && input == Input.ENDED) {
            if (!holding) {
                input = Input.TOLD;
                protocol.inputClosed(this);
                endIfDone();
            } else if (paused && !endSeenTold) {
                endSeenTold = true;
                protocol.endOfInputSeen(this);
            }
        }
    }

    // ---- output

    @Override
    public void write(ByteBuffer data) {
        if (state == State.OPEN && !outputEnding) {
            try {
                send(data);
            } catch (IOException e) {
                lose(e);
            }
        }
        data.position(data.limit());
    }

    private void send(ByteBuffer data) throws IOException {
        if (pending == null) {
            forbidDelay(data.remaining());
            PendingWrites.write(data, channel);
        } else if (pending.bytes() > loop.options().maxPendingBytes()) {
            throw new IOException("a write found " + pending.bytes() + " bytes pending; maxPendingBytes is "
                    + loop.options().maxPendingBytes());
        }
        if (data.hasRemaining()) {
            if (pending == null) {
                pending = new PendingWrites();
            }
            pending.add(data);
            updateWritability();
            updateInterest();
        }
    }

    /**
     * Sees that the kernel delays nothing that is written. It would delay a small segment behind one that is not acknowledged
     * yet, so a connection that writes once, and little, needs no TCP_NODELAY and is spared the system call.
     */
    private void forbidDelay(int bytes) throws IOException {
        if (writes < 2) {
            writes = (byte) (writes == 0 && bytes <= WITHIN_ONE_SEGMENT ? 1 : 2);
            if (writes == 2) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
        }
    }

    private void flush() throws IOException {
        if (pending != null) {
            pending.writeTo(channel);
            if (pending.isEmpty()) {
                pending = null;
            }
            updateWritability();
            endIfDone();
        }
    }

    @Override
    public boolean isWritable() {
        return writable && state == State.OPEN && !outputEnding;
    }

    private void updateWritability() {
        long bytes = pending == null ? 0 : pending.bytes();
        int mark = loop.options().highWaterMark();
        boolean now = writable ? bytes < mark : bytes <= mark / 2;
        if (now != writable) {
            writable = now;
            if (!writabilityUntold) {
                writabilityUntold = true;
                loop.later(() -> guard(this::tellWritability));
            }
        }
    }

    /** Tells even a change that is undone by now: the protocol may have seen it, and waits to be called back. */
    private void tellWritability() {
        writabilityUntold = false;
        if (state == State.OPEN) {
            protocol.writabilityChanged(writable);
        }
    }

    // ---- the end

    @Override
    public void shutdownOutput() {
        if (state == State.OPEN) {
            endOutput();
        }
    }

    @Override
    public void close() {
        if (state == State.OPEN) {
            state = State.CLOSING;
            holding = false;
            kept = NOTHING;
            endOutput();
            if (pending != null) {
                deadline(loop.options().flushTimeout(), this::giveUp);
            }
            updateInterest();
        }
    }

    private void giveUp() {
        lose(new IOException("the peer took too long to read: " + (pending == null ? 0 : pending.bytes())
                + " bytes were pending; flushTimeout is " + loop.options().flushTimeout()));
    }

    @Override
    public void abort() {
        lose(null);
    }

    @Override
    public void shutDown() {
        lose(null);
    }

    private void endOutput() {
        outputEnding = true;
        try {
            endIfDone();
        } catch (IOException e) {
            lose(e);
        }
    }

    /** Sends the FIN when all before it is sent, and lets the connection go when nothing more is to come from the peer. */
    private void endIfDone() throws IOException {
        if (!outputEnding || pending != null || state == State.LOST) {
            return;
        }
        boolean nothingToCome = state == State.CLOSING ? input != Input.OPEN : input == Input.TOLD;
        if (nothingToCome) {
            finish();
            return;
        }
        if (!outputEnded) {
            outputEnded = true;
            channel.shutdownOutput();
        }
        if (state == State.CLOSING && !lingering) {
            lingering = true;
            deadline(loop.options().linger(), this::finish);
        }
    }

    private void deadline(Duration delay, Runnable end) {
        cancelDeadline();
        deadline = loop.later(delay, end);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void finish() {
        if (state != State.LOST) {
            end(null);
        }
    }

    /** Breaks the connection. A reset after everything was sent and while only the peer's FIN is awaited, breaks nothing. */
    private void lose(@Nullable Throwable reason) {
        if (state != State.LOST) {
            boolean inOrder = state == State.CLOSING && outputEnded && reason instanceof IOException;
            NioEventLoop.resetWhenClosed(channel);
            end(inOrder ? null : reason);
        }
    }

    private void end(@Nullable Throwable reason) {
        state = State.LOST;
        kept = NOTHING;
        pending = null;
        cancelDeadline();
        loop.deregister(key, () -> tellLost(reason));
    }

    /** Closes first: whoever hears of the loss may count on the descriptor, and on the peer knowing. */
    private void tellLost(@Nullable Throwable reason) {
        NioEventLoop.discard(channel);
        try {
            protocol.connectionLost(reason);
        } catch (Throwable e) {
            Log.warn("a protocol failed in connectionLost", e);
        }
    }

    // ---- the loop

    @Override
    public void ready(int operations) {
        guard(() -> {
            if ((operations & SelectionKey.OP_CONNECT) != 0) {
                throw new IOException("the peer reset the connection");
            }
            if ((operations & SelectionKey.OP_WRITE) != 0) {
                flush();
            }
            if ((operations & SelectionKey.OP_READ) != 0 && wantsInput()) {
                read();
            }
        });
    }

    /** Runs what may end this connection, and tells the selector afterwards what the connection now waits for. */
    private void guard(Turn turn) {
        if (state == State.LOST) {
            return;
        }
        try {
            turn.run();
            updateInterest();
        } catch (Throwable e) {
            lose(e);
        }
    }

    @FunctionalInterface
    private interface Turn {
        void run() throws IOException;
    }

    private void updateInterest() {
        if (state != State.LOST) {
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
     * Begins to ask whether the peer has reset this connection, if the selector would not tell. Not after this side's FIN:
     * with the peer's, that looks like an error to the JDK.
     *
     * @return whether {@link #askedWhetherReset} is to follow after the next select
     */
    boolean askWhetherReset() {
        boolean unheard = state == State.OPEN && key.interestOps() == 0 && !outputEnded;
        if (unheard) {
            key.interestOps(SelectionKey.OP_CONNECT);
        }
        return unheard;
    }

    void askedWhetherReset() {
        updateInterest();
    }

    private boolean wantsInput() {
        return state != State.LOST && input == Input.OPEN && (!holding || roomToReadAhead() > 0);
    }
}
