package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.ListenAddress;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.log.RateLimitedWarning;
import dev.anteroom.gateway.upstream.HealthCheck;
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

/** A listener of a gateway, with its gate, proxy and upstreams. Thread-safe. */
final class RunningListener {
    private final NamedGate gate;
    private final Proxy proxy;
    private final AcceptPacer pacer;
    private final Listener listener;
    private final GatewayObserver observer;
    private final RateLimitedWarning warning = new RateLimitedWarning();
    private volatile ListenerPipeline pipeline;
    private volatile ListenerSettings settings;

    private RunningListener(ListenerSettings settings, NamedGate gate, EventLoopGroup loops, GatewayObserver observer)
            throws IOException {
        Upstreams upstreams = new Upstreams(settings.upstreams());
        TimeKeeper timeKeeper =
                new TimeKeeper(loops.loops(), () -> gate.gate().snapshot().waiting());
        this.settings = settings;
        this.gate = gate;
        this.proxy = new Proxy(settings, upstreams, timeKeeper, observer);
        this.observer = observer;
        this.pipeline = new ListenerPipeline(settings, gate, proxy, observer, warning);
        this.pacer = new AcceptPacer(loops.loops().get(0), System::nanoTime, settings.acceptRate());
        this.listener = gate.before(listen(settings.address(), loops, this::accept));
        pacer.pace(listener);
        timeKeeper.change(settings.timeLimits());
        HealthCheck.begin(upstreams, loops.loops().get(0));
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
    static RunningListener open(
            ListenerSettings settings, NamedGate gate, EventLoopGroup loops, GatewayObserver observer)
            throws StartFailure {
        try {
            return new RunningListener(settings, gate, loops, observer);
        } catch (IOException | UnsupportedOperationException e) {
            throw StartFailure.listening("listen", settings.address(), e);
        }
    }

    /** Replaces the settings; their address and gate are unchanged. */
    void change(ListenerSettings changed) {
        settings = changed;
        pipeline = new ListenerPipeline(changed, gate, proxy, observer, warning);
        proxy.change(changed);
        pacer.change(changed.acceptRate());
    }

    ListenerSettings settings() {
        return settings;
    }

    SocketAddress address() {
        return listener.address();
    }

    /** Returns the number of pairs with at least one open side. */
    int open() {
        return proxy.open();
    }

    void close() {
        pacer.close();
        listener.close();
        proxy.upstreams().close();
    }
}
