package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.ListenAddress;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.log.RateLimitedWarning;
import dev.anteroom.gateway.upstream.UpstreamPool;
import dev.anteroom.gateway.upstream.Upstreams;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;

/** A listener of a gateway, with its gate and upstreams. Its settings are kept here alone. Thread-safe. */
final class RunningListener {
    private final NamedGate gate;
    private final Shared shared;
    private final UpstreamPool pool;
    private final Proxy proxy;
    private final AcceptPacer pacer;
    private final Listener listener;
    private final RateLimitedWarning warning = new RateLimitedWarning();
    private volatile ListenerPipeline pipeline;
    private volatile ListenerSettings settings;

    private RunningListener(ListenerSettings settings, NamedGate gate, Shared shared) throws IOException {
        this.settings = settings;
        this.gate = gate;
        this.shared = shared;
        this.pool = shared.upstreams().open(settings.upstreams());
        this.proxy = new Proxy(this::settings, gate, pool, shared.timeKeeper(), shared.open(), shared.observer());
        this.pipeline = pipeline(settings);
        this.pacer = new AcceptPacer(shared.loops().loops().get(0), System::nanoTime, settings.acceptRate());
        try {
            this.listener = gate.before(listen(settings.address(), shared.loops(), this::accept));
        } catch (IOException | RuntimeException e) {
            pool.close();
            throw e;
        }
        pacer.pace(listener);
    }

    private ListenerPipeline pipeline(ListenerSettings settings) {
        return new ListenerPipeline(settings, gate, proxy, shared.observer(), warning);
    }

    private Protocol accept(SocketAddress remote) {
        pacer.accepted();
        return pipeline.buildProtocol(remote);
    }

    private static Listener listen(ListenAddress address, EventLoopGroup loops, ProtocolFactory factory)
            throws IOException {
        return address instanceof Endpoint endpoint
                ? loops.listen(endpoint.address(), factory)
                : loops.listen(inheritedSocket(), factory);
    }

    /**
     * Returns the socket that is standard input, the same one each time. It is never closed, because the process that
     * passed it goes on listening after this program has ended, and because the JDK would close standard error with it.
     */
    private static ServerSocketChannel inheritedSocket() throws IOException {
        Channel channel = System.inheritedChannel();
        if (channel instanceof ServerSocketChannel listening
                && listening.getLocalAddress() instanceof InetSocketAddress) {
            return listening;
        }
        throw new IOException("standard input is not a listening TCP socket");
    }

    /**
     * Opens a listener, which accepts connections at once.
     *
     * @throws StartFailure if the address cannot be listened on
     */
    static RunningListener open(ListenerSettings settings, NamedGate gate, Shared shared) throws StartFailure {
        try {
            return new RunningListener(settings, gate, shared);
        } catch (IOException | UnsupportedOperationException e) {
            throw StartFailure.listening("listen", settings.address(), e);
        }
    }

    /** Replaces the settings; their address and gate are unchanged. */
    void change(ListenerSettings changed) {
        settings = changed;
        pipeline = pipeline(changed);
        shared.timeKeeper().limitsChanged();
        pacer.change(changed.acceptRate());
        pool.change(changed.upstreams());
    }

    /** Looks the names of the upstreams up again. May block. */
    void refresh() {
        pool.change(settings.upstreams());
    }

    ListenerSettings settings() {
        return settings;
    }

    SocketAddress address() {
        return listener.address();
    }

    void close() {
        pacer.close();
        listener.close();
        pool.close();
    }

    /** What all listeners of a gateway share. */
    record Shared(
            EventLoopGroup loops,
            Upstreams upstreams,
            TimeKeeper timeKeeper,
            OpenConnections open,
            GatewayObserver observer) {}
}
