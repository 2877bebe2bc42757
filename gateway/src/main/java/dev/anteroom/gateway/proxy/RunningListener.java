package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.ListenAddress;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import java.io.IOException;
import java.net.SocketAddress;

/** A listener of a gateway, with its gate, proxy and upstreams. Thread-safe. */
final class RunningListener {
    private final NamedGate gate;
    private final Proxy proxy;
    private final AcceptPacer pacer;
    private final Listener listener;
    private final ServedListener served;
    private final RateLimitedWarning warning = new RateLimitedWarning();
    private volatile ListenerPipeline pipeline;
    private volatile ListenerSettings settings;

    private RunningListener(ListenerSettings settings, NamedGate gate, EventLoopGroup loops, ServedListener served)
            throws IOException {
        Upstreams upstreams = new Upstreams(settings.upstreams());
        TimeKeeper timeKeeper =
                new TimeKeeper(loops.loops(), () -> gate.gate().snapshot().waiting());
        this.settings = settings;
        this.gate = gate;
        this.proxy = new Proxy(settings, upstreams, timeKeeper, served);
        this.served = served;
        this.pipeline = new ListenerPipeline(settings, gate, proxy, served, warning);
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
                : loops.listen(InheritedSocket.get(), factory);
    }

    /**
     * Opens a listener, which accepts connections at once.
     *
     * @throws StartFailure if the address cannot be listened on
     */
    static RunningListener open(ListenerSettings settings, NamedGate gate, EventLoopGroup loops, ServedListener served)
            throws StartFailure {
        try {
            return new RunningListener(settings, gate, loops, served);
        } catch (IOException | UnsupportedOperationException e) {
            throw StartFailure.listening("listen", settings.address(), e);
        }
    }

    /** Replaces the settings; their address and gate are unchanged. */
    void change(ListenerSettings changed) {
        settings = changed;
        pipeline = new ListenerPipeline(changed, gate, proxy, served, warning);
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
