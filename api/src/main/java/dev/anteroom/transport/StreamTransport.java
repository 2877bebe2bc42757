package dev.anteroom.transport;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.KeepAlive;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection: everything that all transports do alike, which is all but the system calls. A transport implements the
 * system calls as the abstract methods, and reports events by calling {@link #received}, {@link #inputEnded}, {@link
 * #hungUp}, {@link #flushed}, {@link #roomChanged}, {@link #broken} and {@link #released}. Everything runs on the
 * connection's event loop.
 */
/*
 * A connection consists of three small state machines.
 *
 * The connection itself:
 *
 *     OPEN --close()--> CLOSING --FIN sent, and the peer's FIN seen or the linger time over--> LOST
 *     OPEN, CLOSING --abort(), a reset, a protocol that throws-------------------------------> LOST
 *     OPEN --both sides have shut down-------------------------------------------------------> LOST
 *
 * On entry to LOST the channel is released, and connectionLost follows in a later turn. No other callback follows.
 * While CLOSING, the protocol hears nothing but connectionLost, and bytes that the peer still sends are discarded.
 *
 * The input:
 *
 *     OPEN --inputEnded()--> ENDED --every byte is delivered--> TOLD (inputClosed)
 *
 * The delivery of the input has two flags. `paused` is what the protocol wants, and changes at once. `holding` is what
 * actually happens, and is cleared in a later turn, so that resumeReading() never calls the protocol back from inside:
 *
 *     pauseReading()                     resumeReading()
 *     paused, holding  ------------->  not paused, holding  --- a later turn: continueReading() ---> not holding
 *
 * While it holds, bytes are read ahead into `held` if the platform needs a read to notice a FIN or a reset. Reading
 * ahead stops at the bound, with one byte to spare: if exactly the bound came before the FIN, the read that finds the
 * FIN must still be attempted. Bytes that a protocol leaves unread when it pauses are kept in the same place, and are
 * delivered first.
 *
 * A hang-up: some platforms only report that a connection is over in both directions. A reset causes that, but so does
 * a FIN in answer to ours. In that state nothing can arrive beyond what the kernel has buffered, and the end of the
 * buffered bytes shows which of the two it was. The bound is therefore lifted, and all of it is read ahead.
 *
 * The output: `outputEnding` means that a FIN is to follow the pending bytes, `outputFlushed` that nothing is pending
 * any more, and `outputEnded` that the FIN was sent.
 *
 * Every entry (an event, a queued turn) runs in a guard: an exception there, from the socket or from the protocol, ends
 * this connection and nothing else.
 */
public abstract class StreamTransport implements Transport {
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

    /** The largest number of held bytes that are delivered in one call. */
    private static final int SLICE = 64 * 1024;

    private final TransportLoop loop;
    private final Protocol protocol;

    private State state = State.OPEN;
    private Input input = Input.OPEN;
    private @Nullable UnreadBytes held;
    private @Nullable Throwable reason;

    /** The timer of a closing connection: first for the peer to read what is pending, then for the peer to close. */
    private @Nullable Cancellable deadline;

    /** The neighbors in the loop's {@link KeepAliveQueue}, and the period in which this connection was added. */
    @Nullable
    StreamTransport older;

    @Nullable
    StreamTransport younger;

    int birth;

    private boolean paused;
    private boolean holding;
    private boolean hungUp;
    private boolean endSeenTold;
    private boolean outputEnding;
    private boolean outputFlushed;
    private boolean outputEnded;
    private boolean lingering;
    private boolean roomUntold;

    /**
     * Creates a connection. Its protocol is told of it by {@link #begin}.
     *
     * @param loop the loop that the connection lives on
     * @param protocol the protocol of the connection
     */
    protected StreamTransport(TransportLoop loop, Protocol protocol) {
        this.loop = Objects.requireNonNull(loop, "loop");
        this.protocol = Objects.requireNonNull(protocol, "protocol");
    }

    // ---- implemented by a transport; none of these may call the protocol back

    /**
     * Starts or stops reading, as {@link #wantsInput} and {@link #isDeliveryPaused} say now. Called whenever either
     * may have changed.
     *
     * @throws IOException if the connection is broken
     */
    protected abstract void updateReading() throws IOException;

    /**
     * Sends bytes in order, now or later. Bytes that the kernel does not accept are copied, and are then pending.
     *
     * @param data at least one byte, valid only during the call
     * @throws IOException if the connection is broken
     */
    protected abstract void send(ByteBuffer data) throws IOException;

    /**
     * Returns how many bytes are pending.
     *
     * @return 0 if the kernel has accepted all bytes
     */
    protected abstract long pendingBytes();

    /**
     * Whether the protocol may write more: fewer bytes than the high-water mark are pending, or, once the mark was
     * passed, at most half of it. Each change is reported by {@link #roomChanged}.
     *
     * @return whether to go on writing
     */
    protected abstract boolean hasRoom();

    /**
     * Requests a call of {@link #flushed} when nothing is pending any more. Called once, while bytes are pending. A
     * transport that calls {@link #flushed} after every flush need not override this.
     */
    protected void awaitFlush() {}

    /**
     * Sends a FIN. Called once, when nothing is pending.
     *
     * @throws IOException if the connection is broken
     */
    protected abstract void sendFin() throws IOException;

    /**
     * Closes the channel, and then calls {@link #released} in a later turn. Called at most once.
     *
     * @param reset whether to reset the connection rather than end it in order
     */
    protected abstract void release(boolean reset);

    /**
     * Lets the kernel probe whether the peer is still there. Called at most once, for a connection that lasts. A socket
     * without these options is left as it is. The idle time must be set last, because setting it takes the time since
     * the last byte into account.
     *
     * @param keepAlive when the kernel probes
     */
    protected abstract void startProbes(KeepAlive keepAlive);

    // ---- events, reported by a transport

    /** Starts the protocol with this connection. */
    protected final void begin() {
        loop.young().add(this);
        guard(() -> {
            protocol.connectionMade(this);
            updateReading();
        });
    }

    /**
     * Runs code whose exceptions end this connection, and nothing else. Does nothing once the connection is lost.
     *
     * @param turn the code to run
     */
    protected final void guard(Turn turn) {
        if (state != State.LOST) {
            try {
                turn.run();
            } catch (Throwable e) {
                broken(e);
            }
        }
    }

    /** Code whose exceptions end a connection. */
    @FunctionalInterface
    protected interface Turn {
        /**
         * Runs the code.
         *
         * @throws IOException if the connection is broken
         */
        void run() throws IOException;
    }

    /**
     * Reports bytes that were read. Called within a {@linkplain #guard guard}.
     *
     * @param data the bytes; the connection takes or copies those that it needs
     */
    protected final void received(ByteBuffer data) {
        if (state == State.OPEN && data.hasRemaining()) {
            if (!holding) {
                protocol.dataReceived(data);
            }
            if (mustKeep(data)) {
                held = held == null ? new UnreadBytes() : held;
                held.add(data);
            }
        }
    }

    /**
     * Reports that the peer's FIN was read. Called within a {@linkplain #guard guard}, once or more often.
     *
     * @throws IOException if the connection is broken
     */
    protected final void inputEnded() throws IOException {
        if (input == Input.OPEN) {
            input = Input.ENDED;
            tellEndOfInput();
        }
    }

    /**
     * Reports that the connection is over in both directions, where the platform does not say whether by a reset. If
     * this side has not sent its FIN, it was a reset. Otherwise all remaining bytes are read ahead, and their end shows
     * which it was. Called within a {@linkplain #guard guard}.
     *
     * @throws IOException if it was a reset
     */
    protected final void hungUp() throws IOException {
        if (!outputEnded) {
            throw new IOException("the peer has reset the connection, or does not answer any more");
        }
        hungUp = true;
        updateReading();
    }

    /**
     * Reports that the kernel has accepted all pending bytes. Called within a {@linkplain #guard guard}.
     *
     * @throws IOException if the connection is broken
     */
    protected final void flushed() throws IOException {
        outputFlushed = outputEnding;
        endIfDone();
    }

    /**
     * Reports that the result of {@link #hasRoom} has changed. The protocol is told in a later turn, even if the change
     * is undone by then.
     */
    protected final void roomChanged() {
        if (!roomUntold) {
            roomUntold = true;
            later(this::tellWritability);
        }
    }

    /**
     * Reports that the connection is broken, and releases it.
     *
     * @param cause the reason
     */
    protected final void broken(Throwable cause) {
        lose(cause);
    }

    /** Reports that the channel is closed, by {@link #release} or otherwise. Called once, as the last call. */
    protected final void released() {
        forget();
        try {
            protocol.connectionLost(reason);
        } catch (Throwable e) {
            loop.warn("a protocol failed in connectionLost", e);
        }
    }

    // ---- queries for a transport

    /**
     * Whether the connection is neither closing nor lost.
     *
     * @return true until {@link #close()} or the end of the connection
     */
    protected final boolean isOpen() {
        return state == State.OPEN;
    }

    /**
     * Whether the connection is lost.
     *
     * @return true once nothing remains to be done
     */
    protected final boolean isLost() {
        return state == State.LOST;
    }

    /**
     * Whether the transport should read: input may still arrive, and either it is delivered or discarded, or {@link
     * #room} is left to read ahead.
     *
     * @return whether to read
     */
    protected final boolean wantsInput() {
        return state != State.LOST && input == Input.OPEN && (!holding || room() > 0);
    }

    /**
     * Whether delivery is stopped, so that bytes are read only to notice a departed peer.
     *
     * @return true from {@link #pauseReading()} until the turn after {@link #resumeReading()}
     */
    protected final boolean isDeliveryPaused() {
        return holding;
    }

    /**
     * Whether the peer may still send, because its FIN was not seen.
     *
     * @return true before {@link #inputEnded}
     */
    protected final boolean isInputOpen() {
        return input == Input.OPEN;
    }

    /**
     * Whether both sides have sent their FIN, as far as this side knows. A platform that cannot distinguish this from a
     * reset then has nothing left to find out.
     *
     * @return true if no more bytes can arrive
     */
    protected final boolean hasEndedBothWays() {
        return outputEnded && input != Input.OPEN;
    }

    /**
     * Returns the largest number of bytes that the next read may take.
     *
     * @return a bound while {@linkplain #isDeliveryPaused paused}, otherwise the largest int; not positive if nothing
     *     should be read
     */
    protected final int room() {
        if (!holding || hungUp) {
            return Integer.MAX_VALUE;
        }
        return Math.min(loop.options().preReadBytes(), UnreadBytes.MAX_BYTES - 1) + 1 - bytesKept();
    }

    // ---- the connection as its protocol sees it

    @Override
    public final EventLoop eventLoop() {
        return loop;
    }

    @Override
    public final void pauseReading() {
        if (state == State.OPEN) {
            paused = true;
            if (!holding) {
                holding = true;
                guard(this::updateReading);
            }
        }
    }

    @Override
    public final void resumeReading() {
        if (state == State.OPEN && paused) {
            paused = false;
            later(this::continueReading);
        }
    }

    @Override
    public int bytesKept() {
        UnreadBytes kept = held;
        return kept == null ? 0 : kept.length();
    }

    @Override
    public final boolean isReading() {
        return !paused;
    }

    private void continueReading() throws IOException {
        if (state == State.OPEN && holding) {
            holding = paused;
            deliverHeld();
            tellEndOfInput();
            updateReading();
        }
    }

    private void deliverHeld() {
        while (held != null && !holding && state == State.OPEN) {
            UnreadBytes source = held;
            ByteBuffer slice = source.take(SLICE);
            protocol.dataReceived(slice);
            if (mustKeep(slice)) {
                source.putBack(slice);
            }
            if (source.length() == 0) {
                held = null;
            }
        }
    }

    /**
     * Whether a protocol has left bytes unread that it wants later. A protocol that has ended the connection wants
     * none.
     */
    private boolean mustKeep(ByteBuffer data) {
        return holding && state == State.OPEN && data.hasRemaining();
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

    @Override
    public final void write(ByteBuffer data) {
        if (state == State.OPEN && !outputEnding && data.hasRemaining()) {
            guard(() -> {
                requireRoom();
                send(data);
            });
        }
        data.position(data.limit());
    }

    private void requireRoom() throws IOException {
        long pending = pendingBytes();
        int most = loop.options().maxPendingBytes();
        if (pending > most) {
            throw new IOException("a write found " + pending + " bytes pending; maxPendingBytes is " + most);
        }
    }

    @Override
    public final boolean isWritable() {
        return state == State.OPEN && !outputEnding && hasRoom();
    }

    private void tellWritability() {
        roomUntold = false;
        if (state == State.OPEN && !outputEnding) {
            protocol.writabilityChanged(hasRoom());
        }
    }

    // ---- the end

    @Override
    public final void shutdownOutput() {
        if (state == State.OPEN) {
            endOutput();
        }
    }

    @Override
    public final void close() {
        if (state == State.OPEN) {
            state = State.CLOSING;
            holding = false;
            held = null;
            endOutput();
            if (state == State.CLOSING && !outputFlushed) {
                deadline(loop.options().flushTimeout(), this::giveUp);
            }
            guard(this::updateReading);
        }
    }

    private void endOutput() {
        if (!outputEnding) {
            outputEnding = true;
            outputFlushed = pendingBytes() == 0;
            if (!outputFlushed) {
                awaitFlush();
            }
        }
        guard(this::endIfDone);
    }

    private void giveUp() {
        broken(new IOException("the peer took too long to read: " + pendingBytes()
                + " bytes were pending; flushTimeout is " + loop.options().flushTimeout()));
    }

    @Override
    public final void abort() {
        lose(null);
    }

    /**
     * Sends the FIN once all bytes before it are sent, and ends the connection once the peer will send nothing more.
     */
    private void endIfDone() throws IOException {
        if (!outputFlushed || state == State.LOST) {
            return;
        }
        boolean nothingToCome = state == State.CLOSING ? input != Input.OPEN : input == Input.TOLD;
        if (nothingToCome) {
            end(null, false);
            return;
        }
        if (!outputEnded) {
            outputEnded = true;
            sendFin();
        }
        if (state == State.CLOSING && !lingering) {
            lingering = true;
            deadline(loop.options().linger(), () -> end(null, false));
        }
    }

    private void deadline(Duration delay, Runnable end) {
        cancelDeadline();
        deadline = loop.later(delay, end);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    /**
     * Ends a connection that is broken. A reset that comes after everything was sent, while only the peer's FIN is
     * awaited, counts as an end in order.
     */
    private void lose(@Nullable Throwable cause) {
        boolean inOrder = state == State.CLOSING && outputEnded && cause instanceof IOException;
        end(inOrder ? null : cause, true);
    }

    private void end(@Nullable Throwable cause, boolean reset) {
        if (state != State.LOST) {
            reason = cause;
            forget();
            release(reset);
        }
    }

    /** Drops all buffers and timers, because a protocol may keep a reference to a lost connection. */
    private void forget() {
        state = State.LOST;
        held = null;
        cancelDeadline();
        loop.young().remove(this);
    }

    private void later(Turn turn) {
        loop.later(() -> guard(turn));
    }
}
