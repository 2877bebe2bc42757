package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.protocol.AdmittedProtocolFactory;
import dev.anteroom.protocol.Protocol;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes the admitted connections of a listener on to its upstreams. Thread-safe. */
final class Proxy implements AdmittedProtocolFactory {
    private final Upstreams upstreams;
    private final TimeKeeper timeKeeper;
    private final ServedListener listener;
    private final AtomicInteger open = new AtomicInteger();
    private volatile ListenerSettings settings;

    /**
     * Nobody is served yet.
     *
     * @param settings whom to serve, and how
     * @param upstreams where to
     * @param timeKeeper for how long
     * @param listener told of each connection at its end
     */
    Proxy(ListenerSettings settings, Upstreams upstreams, TimeKeeper timeKeeper, ServedListener listener) {
        this.settings = settings;
        this.upstreams = upstreams;
        this.timeKeeper = timeKeeper;
        this.listener = listener;
    }

    /** Does as the settings say from now on. */
    void change(ListenerSettings changed) {
        settings = changed;
        upstreams.change(changed.upstreams());
        timeKeeper.change(changed.timeLimits());
    }

    @Override
    public Protocol buildProtocol(SocketAddress remote, Admission admission) {
        return serve(admission, Preface.none());
    }

    /** Builds the protocol of one that was admitted, of whom something may be known already. */
    Protocol serve(Admission admission, Preface preface) {
        open.incrementAndGet();
        return new ProxiedConnection(this, admission, preface).client();
    }

    Upstreams upstreams() {
        return upstreams;
    }

    /** The settings of new connections. */
    ListenerSettings settings() {
        return settings;
    }

    /** Pairs of which at least one side stands. */
    int open() {
        return open.get();
    }

    /** A pair has its upstream. On its event loop. */
    void connected(ProxiedConnection pair) {
        timeKeeper.begin(pair);
    }

    /** A pair is gone, both sides. On its event loop. */
    void ended(ProxiedConnection pair, Admission admission, Service service) {
        open.decrementAndGet();
        timeKeeper.end(pair);
        listener.served(settings.gate(), admission, service);
    }
}
