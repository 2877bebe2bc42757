package dev.anteroom.gateway.proxy;

import dev.anteroom.address.IpAddress;
import dev.anteroom.gateway.config.AdmitWhen;
import dev.anteroom.gateway.config.IdentitySettings;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.log.RateLimitedWarning;
import dev.anteroom.protocol.AdmittedProtocolFactory;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The stages between a listener and its gate, for one version of the listener's settings. Thread-safe. */
final class ListenerPipeline implements ProtocolFactory {
    private final ListenerSettings settings;
    private final NamedGate gate;
    private final Proxy proxy;
    private final GatewayObserver observer;
    private final byte[] busyMessage;
    private final GatedProtocolFactory direct;
    private final RateLimitedWarning warning;

    ListenerPipeline(
            ListenerSettings settings,
            NamedGate gate,
            Proxy proxy,
            GatewayObserver observer,
            RateLimitedWarning warning) {
        this.settings = settings;
        this.gate = gate;
        this.proxy = proxy;
        this.observer = observer;
        this.warning = warning;
        this.busyMessage = settings.busyMessage().getBytes(StandardCharsets.UTF_8);
        this.direct = gated(proxy);
    }

    private GatedProtocolFactory gated(AdmittedProtocolFactory factory) {
        return GatedProtocolFactory.handingOverSlots(gate.gate(), factory)
                .halfClose(settings.halfClose())
                .busyMessage(busyMessage);
    }

    @Override
    public Protocol buildProtocol(SocketAddress remote) {
        boolean isPlain = !isProxy(remote) && !awaitsFirstByte() && !readsServerName();
        return isPlain ? direct.buildProtocol(remote) : new Arrival(this, remote).protocol();
    }

    /** Returns the protocol of a connection that has passed the pre-gate stages. */
    Protocol gated(SocketAddress source, PreGateData preGate) {
        return gated((client, admission) -> proxy.serve(admission, preGate)).buildProtocol(source);
    }

    boolean isProxy(SocketAddress peer) {
        return identity().trusts(peer);
    }

    boolean awaitsFirstByte() {
        return identity().admitWhen() == AdmitWhen.READY;
    }

    boolean readsServerName() {
        return gate.classes().readServerNames();
    }

    boolean isLeavingByHalfClose() {
        return settings.isLeavingByHalfClose();
    }

    IdentitySettings identity() {
        return settings.identity();
    }

    Arrivals arrivals() {
        return gate.arrivals();
    }

    ByteBuffer busyMessage() {
        return ByteBuffer.wrap(busyMessage);
    }

    /** Records that a connection is dropped. */
    void dropped(Arrival arrival, SocketAddress source, DropReason reason) {
        arrivals().drop(arrival, reason);
        observer.dropped(gate.name(), source, reason);
    }

    /** Logs that a proxy did not send a valid PROXY header. */
    void warnMalformedHeader(SocketAddress peer, String what) {
        warning.log(() -> "a connection from " + IpAddress.format(peer) + " was reset: " + what + " ("
                + settings.address() + " expects a PROXY header from there)");
    }
}
