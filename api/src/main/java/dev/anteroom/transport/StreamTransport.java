package dev.anteroom.transport;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection: what every transport does alike, which is all but the system calls. A transport adds these as the abstract methods,
 * and reports what happens to the connection by the final ones: {@link #received}, {@link #inputEnded}, {@link #flushed},
 * {@link #roomChanged}, {@link #broken} and {@link #released}. Everything runs on the connection's loop.
 */
/*
 * A connection is three small state machines.
 *
 * The connection itself:
 *
 *     OPEN --close()--> CLOSING --the FIN sent, and the peer's seen or awaited long enough--> LOST
 *     OPEN, CLOSING --abort(), reset, a protocol that throws----------------------------------> LOST
 *     OPEN --both sides have shut down---------------------------------------------------------> LOST
 *
 * On the way into LOST the channel is released, and connectionLost follows in a later turn; nothing else is called in it. While
 * CLOSING the protocol hears nothing but that, and what the peer still sends is thrown away.
 *
 * Its input:
 *
 *     OPEN --inputEnded()--> ENDED --every byte is delivered--> TOLD (inputClosed)
 *
 * Delivery of the input. `paused` is what the protocol wants and changes at once; `holding` is what happens, and ends in a
 * later turn, so that resumeReading() never calls back from inside:
 *
 *     pauseReading()                     resumeReading()
 *     paused, holding  ------------->  not paused, holding  --- the turn comes: continueReading() ---> not holding
 *
 * While it holds, bytes are read ahead into `held`, if only a read tells a FIN or a reset. Reading ahead stops at the bound,
 * with one byte to spare: if just as many bytes as the bound came before the FIN, then the read after them must still be
 * tried. What a protocol leaves unread when it pauses is held in the same place, and is delivered first.
 *
 * A hang-up. Some platforms tell only that a connection is over both ways, which a reset brings about, but so does a FIN in answer to
 * ours. Then nothing more can come than the kernel has buffered, and at the end of it stands which of the two it was. So the
 * bound is lifted, and all of it is read ahead.
 *
 * Its output: `outputEnding` says that a FIN is to follow what is pending, `outputFlushed` that nothing is, `outputEnded` that the
 * FIN was sent.
 *
 * Each way in (an event, a queued turn) runs in a guard: whatever is thrown there, by the socket or by the protocol, is the end of
 * this connection and of nothing else.
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

    /** Bytes delivered at once at most of those that were held. */
    private static final int SLICE = 64 * 1024;

    private final TransportLoop loop;
    private final Protocol protocol;

    private State state = State.OPEN;
    private Input input = Input.OPEN;
    private @Nullable HeldBytes held;
    private @Nullable Throwable reason;

    /** When a connection that is closing is to be gone: first for want of a peer that reads, then of one that closes. */
    private @Nullable Cancellable deadline;

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
     * Prepares a connection, of which its protocol does not know yet.
     *
     * @param loop on which it lives
     * @param protocol what it speaks
     */
    protected StreamTransport(TransportLoop loop, Protocol protocol) {
        this.loop = Objects.requireNonNull(loop, "loop");
        this.protocol = Objects.requireNonNull(protocol, "protocol");
    }

    // ---- what a transport adds; none of these may call the protocol back

    /**
     * Has the input read or not, as {@link #wantsInput} and {@link #isHolding} say by now. Called whenever they may have changed.
     *
     * @throws IOException if the connection is broken
     */
    protected abstract void updateReading() throws IOException;

    /**
     * Sends bytes in their order, now or later: what the kernel does not take is copied, and is pending.
     *
     * @param data at least one byte, valid during the call only
     * @throws IOException if the connection is broken
     */
    protected abstract void send(ByteBuffer data) throws IOException;

    /**
     * Returns how many bytes are pending.
     *
     * @return 0 if the kernel has taken all
     */
    protected abstract long pendingBytes();

    /**
     * Whether little enough is pending for the protocol to write more: less than the high-water mark, or half of it at most once it
     * was passed. Each change is reported by {@link #roomChanged}.
     *
     * @return whether to go on writing
     */
    protected abstract boolean hasRoom();

    /**
     * Sees to it that {@link #flushed} is called when nothing is pending any more. Called once, while something is. A transport
     * that calls it every time overrides nothing.
     */
    protected void awaitFlush() {}

    /**
     * Sends a FIN. Called once, when nothing is pending.
     *
     * @throws IOException if the connection is broken
     */
    protected abstract void sendFin() throws IOException;

    /**
     * Closes the channel, and then calls {@link #released} in a later turn. Called once at most.
     *
     * @param reset whether to break the connection, instead of ending it in order
     */
    protected abstract void release(boolean reset);

    // ---- what a transport reports

    /** Makes the connection known to its protocol. */
    protected final void begin() {
        guard(() -> {
            protocol.connectionMade(this);
            updateReading();
        });
    }

    /**
     * Runs what may end this connection: whatever it throws is the end of it, and of nothing else. Does nothing once the connection is
     * lost.
     *
     * @param turn what to run
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

    /** Something that may end a connection. */
    @FunctionalInterface
    protected interface Turn {
        /**
         * Runs it.
         *
         * @throws IOException if the connection is broken
         */
        void run() throws IOException;
    }

    /**
     * Bytes were read. Within a {@linkplain #guard guard}.
     *
     * @param data the bytes, of which the connection takes what it needs
     */
    protected final void received(ByteBuffer data) {
        if (state == State.OPEN && data.hasRemaining()) {
            if (!holding) {
                protocol.dataReceived(data);
            }
            if (mustKeep(data)) {
                held = held == null ? new HeldBytes() : held;
                held.add(data);
            }
        }
    }

    /**
     * The peer's FIN was read. Within a {@linkplain #guard guard}; once or more often.
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
     * The connection is over both ways, and the platform does not tell whether by a reset. If this side has not sent its FIN,
     * it is a reset; else all that is left is read ahead, and tells. Within a {@linkplain #guard guard}.
     *
     * @throws IOException if it is a reset
     */
    protected final void hungUp() throws IOException {
        if (!outputEnded) {
            throw new IOException("the peer has reset the connection, or does not answer any more");
        }
        hungUp = true;
        updateReading();
    }

    /**
     * The kernel has taken all that was pending. Within a {@linkplain #guard guard}.
     *
     * @throws IOException if the connection is broken
     */
    protected final void flushed() throws IOException {
        outputFlushed = outputEnding;
        endIfDone();
    }

    /** What {@link #hasRoom} says has changed. The protocol is told in a later turn, even of a change that is undone by then. */
    protected final void roomChanged() {
        if (!roomUntold) {
            roomUntold = true;
            later(this::tellWritability);
        }
    }

    /**
     * The connection is broken: releases it.
     *
     * @param cause why
     */
    protected final void broken(Throwable cause) {
        lose(cause);
    }

    /** The channel is closed, whether by {@link #release} or by itself. The last call, and the only one. */
    protected final void released() {
        forget();
        try {
            protocol.connectionLost(reason);
        } catch (Throwable e) {
            loop.warn("a protocol failed in connectionLost", e);
        }
    }

    // ---- what a transport may ask

    /**
     * Whether the connection is neither closing nor lost.
     *
     * @return true until {@link #close()} or the end
     */
    protected final boolean isOpen() {
        return state == State.OPEN;
    }

    /**
     * Whether the connection is lost.
     *
     * @return true once nothing is to be done any more
     */
    protected final boolean isLost() {
        return state == State.LOST;
    }

    /**
     * Whether input may still come and is to be read: always while it is delivered or thrown away, else up to {@link #room}.
     *
     * @return whether to read
     */
    protected final boolean wantsInput() {
        return state != State.LOST && input == Input.OPEN && (!holding || room() > 0);
    }

    /**
     * Whether bytes are not delivered for now, so that they are read only to notice a departure.
     *
     * @return true from {@link #pauseReading()} until the turn after {@link #resumeReading()}
     */
    protected final boolean isHolding() {
        return holding;
    }

    /**
     * Whether the peer may still send: its FIN was not seen.
     *
     * @return true before {@link #inputEnded}
     */
    protected final boolean isInputOpen() {
        return input == Input.OPEN;
    }

    /**
     * Whether each side has sent its FIN as far as this one knows. A platform that cannot tell this from a reset then has nothing left to
     * ask.
     *
     * @return true if nothing can come any more
     */
    protected final boolean hasEndedBothWays() {
        return outputEnded && input != Input.OPEN;
    }

    /**
     * How many bytes the next read may bring at most.
     *
     * @return a bound while {@linkplain #isHolding holding}, else the largest int; not positive if nothing is to be read
     */
    protected final int room() {
        if (!holding || hungUp) {
            return Integer.MAX_VALUE;
        }
        return Math.min(loop.options().preReadBytes(), HeldBytes.MAX_BYTES - 1) + 1 - bytesKept();
    }

    // ---- the connection, as its protocol sees it

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
        HeldBytes kept = held;
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
            HeldBytes source = held;
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

    /** Whether a protocol has left something that it wants later. One that has ended the connection does not. */
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

    /** Sends the FIN when all before it is sent, and lets the connection go when nothing more is to come from the peer. */
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

    /** Breaks the connection. A reset after everything was sent, and while only the peer's FIN is awaited, breaks nothing. */
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

    /** A lost connection keeps nothing, because its protocol may keep the connection. */
    private void forget() {
        state = State.LOST;
        held = null;
        cancelDeadline();
    }

    private void later(Turn turn) {
        loop.later(() -> guard(turn));
    }
}
