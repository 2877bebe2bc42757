package dev.anteroom.transport.nio;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Accepts on one loop, which then serves the connection. What order that is done in, {@link AcceptQueue} says.
 *
 * <p>When accepting fails, the process being out of file descriptors, the kernel goes on reporting the channel as ready.
 * To ask again at once would be to spin; so the acceptor rests and tries again on a timer until it succeeds. It says so once in
 * a while, not at every try.
 */
final class Acceptor implements Registered {
    /** Connections accepted in one turn of the loop at most, so that those already there are not kept waiting. */
    private static final int BATCH = 64;

    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final NioEventLoop loop;
    private final AcceptQueue queue;
    private final ProtocolFactory factory;
    private @Nullable SelectionKey key;
    private int compared;
    private boolean resting;
    private boolean silent;

    /** A task is on its way through the loop. */
    private volatile boolean probing;

    private volatile boolean stuck;

    /** Begins nothing yet. */
    Acceptor(NioEventLoop loop, AcceptQueue queue, ProtocolFactory factory) {
        this.loop = loop;
        this.queue = queue;
        this.factory = factory;
    }

    NioEventLoop loop() {
        return loop;
    }

    /** How many channels the loop serves. May be asked by any thread. */
    int load() {
        return loop.selector().keys().size();
    }

    /** Looks whether the loop has taken a turn since it was last looked at, unless it sleeps. Called on one thread at a time. */
    void check() {
        if (probing) {
            stuck = true;
        } else if (!loop.isAsleep()) {
            probing = true;
            loop.tryExecute(this::answer);
        }
    }

    private void answer() {
        probing = false;
        stuck = false;
    }

    boolean isStuck() {
        return stuck;
    }

    /** Looks whether to watch the socket, and for what. Called on the loop. */
    void watch() {
        if (loop.isClosed()) {
            shutDown();
            return;
        }
        try {
            if (key == null && isWatching()) {
                key = queue.channel().register(loop.selector(), 0, this);
            }
            updateInterest();
        } catch (ClosedChannelException e) {
            // Nothing to watch.
        }
        if (queue.hasEarly()) {
            ready(SelectionKey.OP_ACCEPT);
        }
    }

    private void updateInterest() {
        if (key != null && key.isValid()) {
            key.interestOps(isWatching() ? SelectionKey.OP_ACCEPT : 0);
        }
    }

    private boolean isWatching() {
        return queue.isOpen() && queue.isWatcher(this) && !resting && !loop.isClosed();
    }

    @Override
    public void ready(int operations) {
        try {
            for (int i = 0; i < BATCH && isWatching() && takeNext(); i++) {
                queue.share(this, ++compared);
            }
        } catch (IOException e) {
            rest(e);
        }
        if (!isWatching()) {
            updateInterest();
        }
    }

    /** Accepts a connection and begins it, unless there is none or another loop is doing that. */
    private boolean takeNext() throws IOException {
        if (!queue.takeTurn(this)) {
            return false;
        }
        loop.setBeginning(this);
        try {
            SocketChannel accepted = queue.accept();
            if (accepted == null) {
                return false;
            }
            begin(accepted);
            return true;
        } finally {
            loop.setBeginning(null);
            endTurn();
        }
    }

    /** Lets another loop begin the next connection. */
    void endTurn() {
        queue.endTurn(this);
    }

    private void begin(SocketChannel accepted) {
        try {
            accepted.configureBlocking(false);
            Options.keepAccepted(accepted, loop.options().keepAlive(), !queue.isBorrowed());
            Protocol protocol = factory.buildProtocol(accepted.getRemoteAddress());
            SelectionKey key = accepted.register(loop.selector(), SelectionKey.OP_READ);
            new NioTransport(loop, accepted, key, protocol).start();
        } catch (IOException e) {
            NioEventLoop.reset(accepted);
        } catch (Throwable e) {
            Log.warn("a protocol factory failed: its connection is aborted", e);
            NioEventLoop.reset(accepted);
        }
    }

    private void rest(IOException e) {
        if (queue.isClosed()) {
            return;
        }
        if (!silent) {
            silent = true;
            loop.later(SILENCE, () -> silent = false);
            Log.warn("cannot accept connections (" + e.getMessage() + "): trying again every " + REST.toMillis()
                    + " ms");
        }
        resting = true;
        loop.later(REST, () -> {
            resting = false;
            updateInterest();
        });
    }

    /** Lets go of the channel. Called on the loop, after the queue was closed. */
    void close() {
        if (key != null) {
            key.cancel();
        }
        loop.releaseDescriptors();
    }

    @Override
    public void shutDown() {
        queue.close();
        if (key != null) {
            key.cancel();
        }
    }
}
