package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.AdmitWhen;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.IdentitySettings;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.protocol.AdmittedProtocolFactory;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The way from a listener to its gate, by one version of the listener's settings. Thread-safe. */
final class Entrance implements ProtocolFactory {
    private final ListenerSettings settings;
    private final NamedGate gate;
    private final Proxy proxy;
    private final ServedListener watcher;
    private final byte[] busyMessage;
    private final GatedProtocolFactory straight;
    private final RareWarning warning;

    Entrance(ListenerSettings settings, NamedGate gate, Proxy proxy, ServedListener watcher, RareWarning warning) {
        this.settings = settings;
        this.gate = gate;
        this.proxy = proxy;
        this.watcher = watcher;
        this.warning = warning;
        this.busyMessage = settings.busyMessage().getBytes(StandardCharsets.UTF_8);
        this.straight = gated(proxy);
    }

    private GatedProtocolFactory gated(AdmittedProtocolFactory factory) {
        return GatedProtocolFactory.handingOverSlots(gate.gate(), factory)
                .halfClose(settings.halfClose())
                .busyMessage(busyMessage);
    }

    @Override
    public Protocol buildProtocol(SocketAddress remote) {
        boolean isPlain = !isProxy(remote) && !awaitsFirstByte() && !readsServerName();
        return isPlain ? straight.buildProtocol(remote) : new Arrival(this, remote).protocol();
    }

    /** What is spoken with one whose arrival is over. */
    Protocol gated(SocketAddress source, Preface preface) {
        return gated((client, admission) -> proxy.serve(admission, preface)).buildProtocol(source);
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

    /** One is dropped. */
    void dropped(Arrival arrival, SocketAddress source, Drop why) {
        arrivals().drop(arrival, why);
        watcher.dropped(gate.name(), source, why);
    }

    /** A proxy does not speak as it should. */
    void complain(SocketAddress peer, String what) {
        warning.say(() -> "a connection from " + Endpoint.describe(peer) + " was reset: " + what + " ("
                + settings.address() + " expects one from there)");
    }
}
