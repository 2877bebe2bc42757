package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.upstream.UpstreamPool;
import dev.anteroom.protocol.AdmittedProtocolFactory;
import dev.anteroom.protocol.Protocol;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Proxies the admitted connections of a listener to its upstreams. Thread-safe.
 *
 * @param currentSettings returns the settings of the listener, as they are now
 * @param gate the gate that admits the connections
 * @param pool the servers to connect to
 * @param timeKeeper applies the time limits
 * @param open counts the pairs
 * @param observer notified of each connection at its end
 */
record Proxy(
        Supplier<ListenerSettings> currentSettings,
        NamedGate gate,
        UpstreamPool pool,
        TimeKeeper timeKeeper,
        OpenConnections open,
        GatewayObserver observer)
        implements AdmittedProtocolFactory {
    @Override
    public Protocol buildProtocol(SocketAddress remote, Admission admission) {
        return serve(admission, PreGateData.none());
    }

    /** Builds the protocol of an admitted connection, given what is known of it already. */
    Protocol serve(Admission admission, PreGateData preGate) {
        open.begin();
        return new ProxiedConnection(this, admission, preGate).client();
    }

    ListenerSettings settings() {
        return currentSettings.get();
    }

    /** Returns the bytes for a client that is turned away. */
    ByteBuffer busyMessage() {
        return ByteBuffer.wrap(settings().busyMessage().getBytes(StandardCharsets.UTF_8));
    }

    long now() {
        return timeKeeper.now();
    }

    /** Returns whether the gateway cuts off its connections, so that their ends are no one else's doing. */
    boolean isCutOff() {
        return open.areCutOff();
    }

    /** Records that a pair is connected to its upstream. Called on its event loop. */
    void connected(ProxiedConnection pair) {
        timeKeeper.begin(pair);
    }

    /** Records that a pair has given back its slot. Called on its event loop. */
    void released(ProxiedConnection pair) {
        timeKeeper.released(pair);
    }

    /** Records that both sides of a pair are closed. Called on its event loop. */
    void ended(Admission admission, ServiceRecord service) {
        open.end();
        observer.served(gate.name(), admission, service);
    }
}
