package dev.anteroom.gateway.proxy;

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
 * One admitted connection's way to an upstream: one server after another is tried until a connection is made. It ends either
 * with {@code connectionMade} of the upstream's protocol, or with a failure. Lives on the connection's event loop, but for
 * what says otherwise.
 */
final class Dial {
    private final Upstreams upstreams;
    private final EventLoop loop;
    private final Protocol protocol;
    private final Consumer<Throwable> failure;
    private @Nullable UpstreamServer server;
    private @Nullable Cancellable patience;
    private boolean over;

    /** Guarded by the upstreams while this is held, else the loop's. */
    private final Set<UpstreamServer> failed = new HashSet<>(2);

    /** Set under the lock of the upstreams by this loop, and by another only to false. */
    private volatile boolean held;

    Dial(Upstreams upstreams, EventLoop loop, Protocol protocol, Consumer<Throwable> failure) {
        this.upstreams = upstreams;
        this.loop = loop;
        this.protocol = protocol;
        this.failure = failure;
    }

    /** Begins. */
    void start() {
        next(null);
    }

    private void next(@Nullable Throwable lastReason) {
        UpstreamServer found = upstreams.take(this);
        if (found != null) {
            connect(found);
        } else if (held) {
            beginPatience();
        } else {
            fail(lastReason == null ? new IOException("no upstream is up and has room") : lastReason);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // how it ends is told to the protocol, either way
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
        stopPatience();
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

    /** Whether a server is not worth another try. */
    boolean hasFailedAt(UpstreamServer candidate) {
        return failed.contains(candidate);
    }

    /** It is held. Under the lock of the upstreams, who may know better by and by which server is worth another try. */
    void hold(boolean failuresAreForgotten) {
        held = true;
        if (failuresAreForgotten) {
            failed.clear();
        }
    }

    /** A place was taken for it. Under the lock of the upstreams, from any thread. */
    void offer(UpstreamServer free) {
        held = false;
        try {
            loop.execute(() -> accept(free));
        } catch (RejectedExecutionException e) {
            free.give(); // the loop is closed, and with it the connection
        }
    }

    private void accept(UpstreamServer free) {
        if (over) {
            upstreams.give(free);
        } else {
            connect(free);
        }
    }

    /** The longest hold is counted from the first. */
    private void beginPatience() {
        if (patience == null) {
            patience = loop.schedule(upstreams.patience(), this::loseHeart);
        }
    }

    private void loseHeart() {
        if (!over && server == null) {
            over = true;
            upstreams.forget(this);
            fail(new IOException("no upstream was up and had room for " + upstreams.patience()));
        }
    }

    private void stopPatience() {
        if (patience != null) {
            patience.cancel();
        }
    }

    /** Whether it waits for a server. */
    boolean isHeld() {
        return held;
    }

    /** The client is gone: an attempt that is under way is the last, and one that is held fails now. */
    void giveUp() {
        if (!over) {
            over = true;
            if (server == null) {
                upstreams.forget(this);
                fail(new IOException("the client is gone"));
            }
        }
    }

    private void fail(Throwable reason) {
        over = true;
        stopPatience();
        failure.accept(reason);
    }

    /** The connection that was made is closed both ways. */
    void closed() {
        if (server != null) {
            upstreams.give(server);
            server = null;
        }
    }
}
