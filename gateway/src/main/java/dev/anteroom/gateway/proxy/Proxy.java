package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.protocol.AdmittedProtocolFactory;
import dev.anteroom.protocol.Protocol;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes admitted connections on to one upstream. Thread-safe. */
final class Proxy implements AdmittedProtocolFactory {
    private final Endpoint upstream;
    private final String gate;
    private final ServedListener listener;
    private final OutageLog outages;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Nobody is served yet.
     *
     * @param gate the name of the gate that admits
     * @param listener told of each connection at its end
     */
    Proxy(Endpoint upstream, String gate, ServedListener listener) {
        this.upstream = upstream;
        this.gate = gate;
        this.listener = listener;
        this.outages = new OutageLog(upstream);
    }

    @Override
    public Protocol buildProtocol(SocketAddress remote, Admission admission) {
        open.incrementAndGet();
        return new ProxiedConnection(this, admission).client();
    }

    Endpoint upstream() {
        return upstream;
    }

    /** Pairs of which at least one side stands. */
    int open() {
        return open.get();
    }

    /** A pair is gone, both sides. */
    void ended(Admission admission, Service service) {
        open.decrementAndGet();
        listener.served(gate, admission, service);
    }

    /** An upstream connection could not be made. */
    void failed(Throwable reason) {
        outages.report(reason);
    }
}
