package dev.anteroom.gateway.upstream;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The attempt to connect an admitted client to an upstream. It tries one server after another until a connection is
 * made. It ends either with {@code connectionMade} of the upstream's protocol or with a failure. Confined to the
 * connection's event loop, except where noted.
 */
public final class Dial {
    private final Upstreams upstreams;
    private final EventLoop loop;
    private final Protocol protocol;
    private final Consumer<Throwable> failure;
    private @Nullable UpstreamServer server;
    private @Nullable Cancellable upstreamWaitTimer;
    private boolean over;

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
    public Dial(Upstreams upstreams, EventLoop loop, Protocol protocol, Consumer<Throwable> failure) {
        this.upstreams = upstreams;
        this.loop = loop;
        this.protocol = protocol;
        this.failure = failure;
    }

    /** Starts to connect. */
    public void start() {
        next(null);
    }

    private void next(@Nullable Throwable lastReason) {
        UpstreamServer found = upstreams.take(this);
        if (found != null) {
            connect(found);
        } else if (waiting) {
            startUpstreamWait();
        } else {
            fail(lastReason == null ? new IOException("no upstream is up and has room") : lastReason);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the protocol learns of either outcome
    private void connect(UpstreamServer to) {
        server = to;
        loop.connect(to.address().address(), protocol, upstreams.connectTimeout())
                .whenComplete((connection, reason) -> {
                    if (reason == null) {
                        connected(to);
                    } else {
                        notConnected(to, reason);
                    }
                });
    }

    private void connected(UpstreamServer to) {
        over = true;
        stopUpstreamWait();
        upstreams.succeeded(to);
    }

    private void notConnected(UpstreamServer to, Throwable reason) {
        server = null;
        failed.add(to);
        upstreams.failed(to, reason);
        upstreams.give(to);
        if (over) {
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
     * know which servers are worth another try. Called under the lock of the upstreams.
     */
    void startWaiting(boolean failuresAreForgotten) {
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
            free.giveBack(); // the loop is closed, and so is the connection
        }
    }

    private void accept(UpstreamServer free) {
        if (over) {
            upstreams.give(free);
        } else {
            connect(free);
        }
    }

    /** Starts the timer with the first wait; later waits share it. */
    private void startUpstreamWait() {
        if (upstreamWaitTimer == null) {
            upstreamWaitTimer = loop.schedule(upstreams.upstreamWait(), this::upstreamWaitExpired);
        }
    }

    private void upstreamWaitExpired() {
        if (!over && server == null) {
            over = true;
            upstreams.stopWaiting(this);
            fail(new IOException("no upstream was up and had room for " + upstreams.upstreamWait()));
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

    /** Gives up because the client has left: a running attempt is the last one, and a waiting dial fails now. */
    public void giveUp() {
        if (!over) {
            over = true;
            if (server == null) {
                upstreams.stopWaiting(this);
                fail(new IOException("the client is gone"));
            }
        }
    }

    private void fail(Throwable reason) {
        over = true;
        stopUpstreamWait();
        failure.accept(reason);
    }

    /** Gives the place back once the connection to the upstream is closed in both directions. */
    public void closed() {
        if (server != null) {
            upstreams.give(server);
            server = null;
        }
    }
}
