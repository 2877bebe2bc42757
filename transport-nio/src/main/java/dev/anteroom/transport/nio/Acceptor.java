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
 * Accepts connections on one loop, which then serves them. {@link AcceptQueue} keeps the order among the loops.
 *
 * <p>When the process is out of file descriptors, accepting fails and the kernel goes on reporting the channel as
 * ready. Trying again at once would spin, so the acceptor pauses and tries again on a timer until it succeeds. It logs
 * a warning once a minute at most, not at every attempt.
 */
final class Acceptor implements Registered {
    /** Most connections accepted in one turn of the loop, so that existing connections are not kept waiting. */
    private static final int BATCH = 64;

    private static final Duration RETRY_DELAY = Duration.ofMillis(100);
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    private final NioEventLoop loop;
    private final AcceptQueue queue;
    private final ProtocolFactory factory;
    private @Nullable SelectionKey key;
    private int compared;
    private boolean pausedAfterError;
    private boolean warnedRecently;

    /** Whether the task that proves the loop alive is still queued. */
    private volatile boolean probing;

    private volatile boolean stuck;

    /** Creates an acceptor that does nothing until it is told to watch. */
    Acceptor(NioEventLoop loop, AcceptQueue queue, ProtocolFactory factory) {
        this.loop = loop;
        this.queue = queue;
        this.factory = factory;
    }

    NioEventLoop loop() {
        return loop;
    }

    /** Returns the number of channels that the loop serves. May be called from any thread. */
    int load() {
        return loop.selector().keys().size();
    }

    /**
     * Checks whether the loop has taken a turn since the last check, unless it is asleep. Must not be called by two
     * threads at once.
     */
    void check() {
        if (probing) {
            stuck = true;
        } else if (!loop.isAsleep()) {
            probing = true;
            loop.tryExecute(this::probeRan);
        }
    }

    private void probeRan() {
        probing = false;
        stuck = false;
    }

    boolean isStuck() {
        return stuck;
    }

    /** Starts or stops watching the socket, as the queue requires. Called on the loop. */
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
            // The listener is closed.
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
        return queue.isOpen() && queue.isWatcher(this) && !pausedAfterError && !loop.isClosed();
    }

    @Override
    public void ready(int operations) {
        try {
            for (int i = 0; i < BATCH && isWatching() && takeNext(); i++) {
                queue.share(this, ++compared);
            }
        } catch (IOException e) {
            retryLater(e);
        }
        if (!isWatching()) {
            updateInterest();
        }
    }

    /** Accepts a connection and begins it. Returns false if there is none, or if another loop has the turn. */
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

    /** Allows another loop to begin the next connection. */
    void endTurn() {
        queue.endTurn(this);
    }

    private void begin(SocketChannel accepted) {
        try {
            accepted.configureBlocking(false);
            Protocol protocol = factory.buildProtocol(accepted.getRemoteAddress());
            SelectionKey key = accepted.register(loop.selector(), SelectionKey.OP_READ);
            new NioTransport(loop, accepted, key, protocol).start();
        } catch (IOException e) {
            NioEventLoop.reset(accepted);
        } catch (Throwable e) {
            Log.warn("a protocol factory failed; the connection is aborted", e);
            NioEventLoop.reset(accepted);
        }
    }

    private void retryLater(IOException e) {
        if (queue.isClosed()) {
            return;
        }
        if (!warnedRecently) {
            warnedRecently = true;
            loop.later(WARNING_INTERVAL, () -> warnedRecently = false);
            Log.warn("cannot accept connections (" + e.getMessage() + "): trying again every " + RETRY_DELAY.toMillis()
                    + " ms");
        }
        pausedAfterError = true;
        loop.later(RETRY_DELAY, () -> {
            pausedAfterError = false;
            updateInterest();
        });
    }

    /** Stops watching the channel. Called on the loop, after the queue was closed. */
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
