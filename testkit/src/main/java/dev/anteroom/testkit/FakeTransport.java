package dev.anteroom.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a socket, for unit tests of protocols. The test acts as the peer. The connection keeps the
 * contract of a transport; what a transport does in a later turn happens when the test runs the {@linkplain
 * FakeEventLoop loop}.
 *
 * <pre>{@code
 * var loop = new FakeEventLoop();
 * var peer = new FakeTransport(loop);
 * peer.open(new Echo());
 * peer.receive("hello");
 * assertEquals("hello", peer.written());
 * }</pre>
 *
 * <p>A protocol that throws an exception loses its connection, as with any transport. An {@link Error}, such as a
 * failed assertion, is thrown to the test.
 */
public final class FakeTransport implements Transport {
    private static final SocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final SocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7_000);
    private static final int HIGH_WATER_MARK = TransportOptions.defaults().highWaterMark();

    private final FakeEventLoop loop;
    private final SocketAddress remote;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private ByteBuffer unread = ByteBuffer.allocate(0);
    private @Nullable Protocol protocol;

    private boolean paused;
    private boolean holding;
    private boolean inputEnded;
    private boolean inputClosed;
    private boolean endSeen;
    private boolean stalled;
    private boolean toldWritable = true;
    private boolean outputShutDown;
    private boolean closed;
    private boolean aborted;
    private boolean lost;

    /**
     * Creates a connection from a loopback address.
     *
     * @param loop the connection's loop
     */
    public FakeTransport(FakeEventLoop loop) {
        this(loop, PEER);
    }

    /**
     * Creates a connection.
     *
     * @param loop the connection's loop
     * @param remote the peer's address
     */
    public FakeTransport(FakeEventLoop loop, SocketAddress remote) {
        this.loop = loop;
        this.remote = remote;
    }

    // ---- the peer's side

    /**
     * Establishes the connection.
     *
     * @param protocol this side's protocol
     */
    public void open(Protocol protocol) {
        this.protocol = protocol;
        call(() -> protocol.connectionMade(this));
    }

    /**
     * Receives text from the peer.
     *
     * @param text the text, which is sent in UTF-8
     */
    public void receive(String text) {
        receive(text.getBytes(UTF_8));
    }

    /**
     * Receives bytes from the peer.
     *
     * @param bytes the bytes
     */
    public void receive(byte[] bytes) {
        unread = ByteBuffer.allocate(unread.remaining() + bytes.length)
                .put(unread)
                .put(bytes)
                .flip();
        call(this::deliver);
    }

    /** Receives the end of the input: the peer shuts down its sending side. */
    public void endInput() {
        inputEnded = true;
        call(this::deliver);
    }

    /**
     * Breaks the connection.
     *
     * @param reason the reason that the protocol is given
     */
    public void reset(IOException reason) {
        lose(reason);
        loop.runPending();
    }

    /** Stalls the peer: it takes no more bytes, and what is written is pending. */
    public void stall() {
        stalled = true;
    }

    /** Ends a stall: the peer takes the pending bytes, and those that follow. */
    public void drain() {
        stalled = false;
        written.writeBytes(pending.toByteArray());
        pending.reset();
        changeWritability();
        endIfDone();
    }

    /**
     * Returns what the peer has taken.
     *
     * @return all bytes that it has taken, as text from UTF-8
     */
    public String written() {
        return written.toString(UTF_8);
    }

    /**
     * Returns the number of bytes that the peer has not taken.
     *
     * @return the number of pending bytes
     */
    public int pendingBytes() {
        return pending.size();
    }

    /**
     * Whether the protocol has shut its sending side down.
     *
     * @return true after {@code shutdownOutput()} or {@code close()}
     */
    public boolean isOutputShutDown() {
        return outputShutDown;
    }

    /**
     * Whether the protocol has closed the connection in order.
     *
     * @return true after {@code close()}
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Whether this side has reset the connection.
     *
     * @return true after {@code abort()}, or after the protocol has thrown
     */
    public boolean isAborted() {
        return aborted;
    }

    // ---- the protocol's side

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress localAddress() {
        return HERE;
    }

    @Override
    public void pauseReading() {
        paused = true;
        holding = true;
    }

    @Override
    public void resumeReading() {
        if (paused) {
            paused = false;
            later(() -> {
                holding = paused;
                deliver();
            });
        }
    }

    @Override
    public boolean isReading() {
        return !paused;
    }

    @Override
    public void write(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        if (!outputShutDown && !lost) {
            (stalled ? pending : written).writeBytes(bytes);
            changeWritability();
        }
    }

    @Override
    public boolean isWritable() {
        return !outputShutDown && !lost && pending.size() < HIGH_WATER_MARK;
    }

    @Override
    public void shutdownOutput() {
        outputShutDown = true;
        endIfDone();
    }

    @Override
    public void close() {
        if (!lost) {
            closed = true;
            shutdownOutput();
        }
    }

    @Override
    public void abort() {
        if (!lost) {
            aborted = true;
            lose(null);
        }
    }

    private void deliver() {
        if (!closed && !holding && unread.hasRemaining()) {
            protocol().dataReceived(unread);
            if (!holding) {
                unread.position(unread.limit());
            }
        }
        if (!closed && inputEnded && !inputClosed) {
            tellEndOfInput();
        }
        endIfDone();
    }

    private void tellEndOfInput() {
        if (!holding) {
            inputClosed = true;
            protocol().inputClosed(this);
        } else if (paused && !endSeen) {
            endSeen = true;
            protocol().endOfInputSeen(this);
        }
    }

    private void changeWritability() {
        boolean writable = pending.size() < HIGH_WATER_MARK;
        if (writable != toldWritable && !outputShutDown) {
            toldWritable = writable;
            later(() -> protocol().writabilityChanged(writable));
        }
    }

    /** Ends a closed connection once the peer has taken the pending bytes. */
    private void endIfDone() {
        if (outputShutDown && pending.size() == 0 && (closed || inputClosed)) {
            lose(null);
        }
    }

    private void lose(@Nullable Throwable reason) {
        if (!lost) {
            lost = true;
            loop.execute(() -> protocol().connectionLost(reason));
        }
    }

    private void later(Runnable callback) {
        loop.execute(() -> call(callback));
    }

    private void call(Runnable callback) {
        if (lost) {
            return;
        }
        try {
            callback.run();
        } catch (RuntimeException e) {
            aborted = true;
            lose(e);
        }
    }

    private Protocol protocol() {
        return Objects.requireNonNull(protocol, "open(protocol) comes first");
    }
}
