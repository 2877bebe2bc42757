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
 * A connection without a socket, for unit tests of protocols: the test is the peer. It keeps the contract of a transport; what a
 * transport does in a later turn happens when the test runs the {@linkplain FakeEventLoop loop}.
 *
 * <pre>{@code
 * var loop = new FakeEventLoop();
 * var peer = new FakeTransport(loop);
 * peer.open(new Echo());
 * peer.receive("hello");
 * assertEquals("hello", peer.written());
 * }</pre>
 *
 * <p>A protocol that throws an exception loses its connection, as ever; an {@link Error}, such as a failed assertion, is the test's.
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
     * A connection from a loopback address.
     *
     * @param loop on which it lives
     */
    public FakeTransport(FakeEventLoop loop) {
        this(loop, PEER);
    }

    /**
     * A connection.
     *
     * @param loop on which it lives
     * @param remote the peer's address
     */
    public FakeTransport(FakeEventLoop loop, SocketAddress remote) {
        this.loop = loop;
        this.remote = remote;
    }

    // ---- the peer's side

    /**
     * Makes the connection.
     *
     * @param protocol what this side speaks
     */
    public void open(Protocol protocol) {
        this.protocol = protocol;
        call(() -> protocol.connectionMade(this));
    }

    /**
     * The peer sends something.
     *
     * @param text sent in UTF-8
     */
    public void receive(String text) {
        receive(text.getBytes(UTF_8));
    }

    /**
     * The peer sends something.
     *
     * @param bytes what
     */
    public void receive(byte[] bytes) {
        unread = ByteBuffer.allocate(unread.remaining() + bytes.length)
                .put(unread)
                .put(bytes)
                .flip();
        call(this::deliver);
    }

    /** The peer shuts its sending side down. */
    public void endInput() {
        inputEnded = true;
        call(this::deliver);
    }

    /**
     * The connection breaks.
     *
     * @param reason why
     */
    public void reset(IOException reason) {
        lose(reason);
        loop.runPending();
    }

    /** The peer takes nothing more: what is written is pending. */
    public void stall() {
        stalled = true;
    }

    /** The peer takes what is pending, and whatever comes. */
    public void drain() {
        stalled = false;
        written.writeBytes(pending.toByteArray());
        pending.reset();
        changeWritability();
        endIfDone();
    }

    /**
     * What the peer has been sent.
     *
     * @return all that it has taken, as text from UTF-8
     */
    public String written() {
        return written.toString(UTF_8);
    }

    /**
     * What the peer has not taken.
     *
     * @return pending bytes
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

    /** Closed, it awaits the peer's taking the pending bytes, and nothing more. */
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
