package dev.anteroom.transport.nio;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts on one loop, and gives each connection to a loop: its own, or the next in turn.
 *
 * <p>When accepting fails, the process being out of file descriptors, the kernel goes on reporting the channel as ready.
 * To ask again at once would be to spin; so the acceptor rests and tries again on a timer until it succeeds. It says so once in
 * a while, not at every try.
 */
final class Acceptor implements Registered {
    /** Connections accepted in one turn at most, so that those already there are not kept waiting. */
    private static final int BATCH = 64;

    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final NioEventLoop loop;
    private final ServerSocketChannel channel;
    private final boolean borrowed;
    private final ProtocolFactory factory;
    private final Supplier<NioEventLoop> nextLoop;
    private @Nullable SelectionKey key;
    private volatile boolean paused;
    private boolean resting;
    private boolean silent;
    private boolean closed;

    /**
     * Begins nothing yet.
     *
     * @param borrowed whether the channel is to be left open in the end
     */
    Acceptor(
            NioEventLoop loop,
            ServerSocketChannel channel,
            boolean borrowed,
            ProtocolFactory factory,
            Supplier<NioEventLoop> nextLoop) {
        this.loop = loop;
        this.channel = channel;
        this.borrowed = borrowed;
        this.factory = factory;
        this.nextLoop = nextLoop;
    }

    NioEventLoop loop() {
        return loop;
    }

    /** Begins, unless it was closed before. */
    void start() {
        if (closed) {
            return;
        }
        if (loop.isClosed()) {
            shutDown();
            return;
        }
        try {
            key = channel.register(loop.selector(), SelectionKey.OP_ACCEPT, this);
            updateInterest();
        } catch (ClosedChannelException e) {
            // Nothing to begin.
        }
    }

    /**
     * Stops, or goes on. May be called from any thread; on the loop itself nothing more is accepted after it.
     *
     * @param pause whether to stop
     */
    void pause(boolean pause) {
        paused = pause;
        loop.tryExecute(this::updateInterest);
    }

    @Override
    public void ready(int operations) {
        try {
            for (int i = 0; i < BATCH && isAccepting(); i++) {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                take(accepted);
            }
        } catch (IOException e) {
            rest(e);
        }
    }

    private boolean isAccepting() {
        return !closed && !paused && !resting;
    }

    private void updateInterest() {
        if (key != null && key.isValid()) {
            key.interestOps(isAccepting() ? SelectionKey.OP_ACCEPT : 0);
        }
    }

    private void rest(IOException e) {
        if (!silent) {
            silent = true;
            loop.later(SILENCE, () -> silent = false);
            Log.warn("cannot accept connections (" + e.getMessage() + "): trying again every " + REST.toMillis()
                    + " ms");
        }
        resting = true;
        updateInterest();
        loop.later(REST, () -> {
            resting = false;
            updateInterest();
        });
    }

    /** Has a loop serve a connection. */
    void take(SocketChannel accepted) {
        give(accepted, nextLoop.get());
    }

    private void give(SocketChannel accepted, NioEventLoop owner) {
        if (owner == loop) {
            begin(accepted, owner);
        } else if (!owner.tryExecute(() -> begin(accepted, owner))) {
            NioEventLoop.reset(accepted);
        }
    }

    private void begin(SocketChannel accepted, NioEventLoop owner) {
        if (owner.isClosed()) {
            NioEventLoop.reset(accepted);
            return;
        }
        try {
            accepted.configureBlocking(false);
            Options.keepAccepted(accepted, owner.options().keepAlive(), !borrowed);
            Protocol protocol = factory.buildProtocol(accepted.getRemoteAddress());
            SelectionKey key = accepted.register(owner.selector(), SelectionKey.OP_READ);
            new NioTransport(owner, accepted, key, protocol).start();
        } catch (IOException e) {
            NioEventLoop.reset(accepted);
        } catch (Throwable e) {
            Log.warn("a protocol factory failed: its connection is aborted", e);
            NioEventLoop.reset(accepted);
        }
    }

    /** Closes; called on the loop, it leaves the address free on return, or a channel that was borrowed. */
    void close() {
        shutDown();
        loop.releaseDescriptors();
    }

    @Override
    public void shutDown() {
        closed = true;
        if (!borrowed) {
            NioEventLoop.discard(channel);
        } else if (key != null) {
            key.cancel();
        }
    }
}
