package dev.anteroom.gateway.upstream;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The attempt to connect an admitted client to an upstream. It tries one server after another until a connection is
 * made. It ends either with {@code connectionMade} of the upstream's protocol or with a failure. Confined to the
 * connection's event loop, except where noted.
 *
 * <pre>
 *   start --> connecting --made--> connected --closed()--> over
 *               |    ^
 *               |    +---------- a place is given ---+
 *               +--failed, and no other server--> waiting --upstream wait over, or giveUp()--> failed
 * </pre>
 *
 * <p>The upstream wait is a deadline: if it passes while an attempt is under way, that attempt is the last one.
 */
public final class Dial {
    private final UpstreamPool pool;
    private final EventLoop loop;
    private final Protocol protocol;
    private final Consumer<Throwable> failure;
    private @Nullable CompletableFuture<Transport> attempt;
    private @Nullable Cancellable upstreamWaitTimer;
    private boolean mustWait;
    private boolean waitIsOver;
    private boolean over;

    /** The server on which this has a place. Written by the loop only. */
    private volatile @Nullable UpstreamServer server;

    /** Guarded by the upstreams while this waits, otherwise confined to the loop. */
    private final Set<UpstreamServer> failed = new HashSet<>(2);

    /** Written under the lock of the upstreams: by this loop, and by other threads only to false. */
    private volatile boolean waiting;

    /**
     * Creates an attempt that has yet to start.
     *
     * @param protocol the protocol of the connection to the upstream
     * @param failure called instead of {@code connectionMade}
     */
    public Dial(UpstreamPool pool, EventLoop loop, Protocol protocol, Consumer<Throwable> failure) {
        this.pool = pool;
        this.loop = loop;
        this.protocol = protocol;
        this.failure = failure;
    }

    UpstreamPool pool() {
        return pool;
    }

    @Nullable
    UpstreamServer server() {
        return server;
    }

    private Upstreams upstreams() {
        return pool.registry();
    }

    /** Starts to connect. */
    public void start() {
        next(null);
    }

    private void next(@Nullable Throwable lastReason) {
        mustWait = false;
        UpstreamServer found = upstreams().take(this);
        if (found != null) {
            connect(found);
        } else if (mustWait) {
            startUpstreamWait();
        } else {
            fail(lastReason == null ? new IOException("no upstream is up and has room") : lastReason);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the protocol learns of either outcome
    private void connect(UpstreamServer to) {
        server = to;
        long begun = upstreams().now();
        CompletableFuture<Transport> connecting =
                loop.connect(to.address(), protocol, pool.settings().connectTimeout());
        attempt = connecting;
        connecting.whenComplete((connection, reason) -> {
            attempt = null;
            if (reason == null) {
                connected(to);
            } else {
                notConnected(to, begun, reason);
            }
        });
    }

    private void connected(UpstreamServer to) {
        over = true;
        stopUpstreamWait();
        upstreams().succeeded(to, true);
    }

    private void notConnected(UpstreamServer to, long begun, Throwable reason) {
        server = null;
        failed.add(to);
        if (!over) {
            upstreams().failed(to, begun, reason);
        }
        upstreams().give(to);
        if (over || waitIsOver) {
            fail(reason);
        } else {
            next(reason);
        }
    }

    /** Returns whether a connection to a server has failed already. */
    boolean hasFailedAt(UpstreamServer candidate) {
        return failed.contains(candidate);
    }

    /**
     * Records that this waits for a server. With health checks the failures are forgotten, because the upstreams then
     * know which servers are worth another try. Called by this loop, under the lock of the upstreams. As soon as it is
     * given back, another thread may {@link #assign} a place.
     */
    void startWaiting(boolean failuresAreForgotten) {
        mustWait = true;
        waiting = true;
        if (failuresAreForgotten) {
            failed.clear();
        }
    }

    /** Hands over a place that was taken for this. Called under the lock of the upstreams, from any thread. */
    void assign(UpstreamServer free) {
        waiting = false;
        try {
            loop.execute(() -> accept(free));
        } catch (RejectedExecutionException e) {
            free.giveBack(); // the loop is closed, and so are all connections
        }
    }

    private void accept(UpstreamServer free) {
        if (over) {
            upstreams().give(free);
        } else {
            connect(free);
        }
    }

    /** Starts the timer with the first wait; later waits share it. */
    private void startUpstreamWait() {
        if (upstreamWaitTimer == null) {
            upstreamWaitTimer = loop.schedule(pool.settings().upstreamWait(), this::upstreamWaitExpired);
        }
    }

    /** Fails if this waits. Otherwise it was just given a place: the attempt to use it is the last one. */
    private void upstreamWaitExpired() {
        waitIsOver = true;
        if (!over && upstreams().stopWaiting(this)) {
            fail(new IOException(
                    "no upstream was up and had room for " + pool.settings().upstreamWait()));
        }
    }

    private void stopUpstreamWait() {
        if (upstreamWaitTimer != null) {
            upstreamWaitTimer.cancel();
        }
    }

    /** Returns whether this waits for a server. */
    public boolean isWaiting() {
        return waiting;
    }

    /** Gives up at once, because the client has left. */
    public void giveUp() {
        if (over) {
            return;
        }
        over = true;
        if (attempt != null) {
            attempt.cancel(false);
        } else {
            upstreams().stopWaiting(this);
            fail(new IOException("the client is gone"));
        }
    }

    private void fail(Throwable reason) {
        over = true;
        waiting = false;
        stopUpstreamWait();
        failure.accept(reason);
    }

    /** Gives the place back once the connection to the upstream is closed in both directions. */
    public void closed() {
        UpstreamServer left = server;
        if (left != null) {
            server = null;
            upstreams().give(left);
        }
    }
}
