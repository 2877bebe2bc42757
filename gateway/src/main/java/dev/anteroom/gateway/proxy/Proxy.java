package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.upstream.Upstreams;
import dev.anteroom.protocol.AdmittedProtocolFactory;
import dev.anteroom.protocol.Protocol;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Proxies the admitted connections of a listener to its upstreams. Thread-safe. */
final class Proxy implements AdmittedProtocolFactory {
    private final Upstreams upstreams;
    private final TimeKeeper timeKeeper;
    private final GatewayObserver observer;
    private final AtomicInteger open = new AtomicInteger();
    private volatile ListenerSettings settings;

    /**
     * Creates a proxy without connections.
     *
     * @param settings the settings of the listener
     * @param upstreams the servers to connect to
     * @param timeKeeper applies the time limits
     * @param observer notified of each connection at its end
     */
    Proxy(ListenerSettings settings, Upstreams upstreams, TimeKeeper timeKeeper, GatewayObserver observer) {
        this.settings = settings;
        this.upstreams = upstreams;
        this.timeKeeper = timeKeeper;
        this.observer = observer;
    }

    /** Replaces the settings. */
    void change(ListenerSettings changed) {
        settings = changed;
        upstreams.change(changed.upstreams());
        timeKeeper.change(changed.timeLimits());
    }

    @Override
    public Protocol buildProtocol(SocketAddress remote, Admission admission) {
        return serve(admission, PreGateData.none());
    }

    /** Builds the protocol of an admitted connection, given what is known of it already. */
    Protocol serve(Admission admission, PreGateData preGate) {
        open.incrementAndGet();
        return new ProxiedConnection(this, admission, preGate).client();
    }

    Upstreams upstreams() {
        return upstreams;
    }

    /** Returns the settings for new connections. */
    ListenerSettings settings() {
        return settings;
    }

    /** Returns the number of pairs with at least one open side. */
    int open() {
        return open.get();
    }

    /** Records that a pair is connected to its upstream. Called on its event loop. */
    void connected(ProxiedConnection pair) {
        timeKeeper.begin(pair);
    }

    /** Records that both sides of a pair are closed. Called on its event loop. */
    void ended(ProxiedConnection pair, Admission admission, ServiceRecord service) {
        open.decrementAndGet();
        timeKeeper.end(pair);
        observer.served(settings.gate(), admission, service);
    }
}
