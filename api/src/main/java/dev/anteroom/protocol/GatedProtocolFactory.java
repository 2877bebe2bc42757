package dev.anteroom.protocol;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Puts a gate in front of any protocol. A connection that is admitted at once gets its protocol at once. A connection
 * that must wait is parked: reading is paused, and once a slot is free its protocol is built and swapped in, and hears
 * everything from {@code connectionMade} on. A connection that leaves while it waits, or is turned away, never gets a
 * protocol. When a connection is lost, its slot is given back.
 *
 * <p>Connections enter the gate in order of arrival, whichever loops serve them (see {@link ProtocolFactory}), so a
 * policy that admits in order of arrival does so for a listener with any number of loops. The protocol of a connection
 * that is admitted at once is built after the next connection may enter, so a protocol that is slow to start delays
 * only the connections of its own loop.
 *
 * <pre>{@code
 * AdmissionGate gate = AdmissionGate.builder().limit(50).build();
 * loops.listen(address, new GatedProtocolFactory(gate, remote -> new Echo()));
 * }</pre>
 */
public final class GatedProtocolFactory implements ProtocolFactory {
    private final AdmissionGate gate;
    private final AdmittedProtocolFactory factory;
    private final boolean releasesWhenLost;
    private final HalfClose halfClose;
    private final byte[] busyMessage;

    /**
     * Gates the protocols of a factory. By default, a waiting client that shuts down its sending side counts as having
     * left, and a client that is turned away is sent nothing.
     *
     * @param gate decides which connections are admitted
     * @param factory builds the protocol of a connection once it is admitted
     */
    public GatedProtocolFactory(AdmissionGate gate, ProtocolFactory factory) {
        this(gate, ignoringAdmission(factory), true, HalfClose.ABANDON, new byte[0]);
    }

    private GatedProtocolFactory(
            AdmissionGate gate,
            AdmittedProtocolFactory factory,
            boolean releasesWhenLost,
            HalfClose halfClose,
            byte[] busyMessage) {
        this.gate = Objects.requireNonNull(gate, "gate");
        this.factory = Objects.requireNonNull(factory, "factory");
        this.releasesWhenLost = releasesWhenLost;
        this.halfClose = Objects.requireNonNull(halfClose, "halfClose");
        this.busyMessage = busyMessage;
    }

    /**
     * Gates protocols that give back their slot themselves.
     *
     * @param gate decides which connections are admitted
     * @param factory builds the protocol of a connection once it is admitted, and is passed its slot
     * @return a factory that leaves it to each protocol to give back its slot
     */
    public static GatedProtocolFactory handingOverSlots(AdmissionGate gate, AdmittedProtocolFactory factory) {
        return new GatedProtocolFactory(gate, factory, false, HalfClose.ABANDON, new byte[0]);
    }

    /**
     * Sets what happens to a waiting connection whose peer shuts down its sending side. Default: {@link
     * HalfClose#ABANDON}.
     *
     * @param halfClose whether the connection keeps its place
     * @return a copy of this factory with that setting
     */
    public GatedProtocolFactory halfClose(HalfClose halfClose) {
        return new GatedProtocolFactory(gate, factory, releasesWhenLost, halfClose, busyMessage);
    }

    /**
     * Sets the bytes that a connection is sent when it is turned away (refused, expired or shed). Default: none.
     *
     * @param busyMessage the bytes
     * @return a copy of this factory with that setting
     */
    public GatedProtocolFactory busyMessage(byte[] busyMessage) {
        return new GatedProtocolFactory(gate, factory, releasesWhenLost, halfClose, busyMessage.clone());
    }

    @Override
    public Protocol buildProtocol(SocketAddress remote) {
        return new GatedProtocol(this, remote);
    }

    AdmissionGate gate() {
        return gate;
    }

    /** Builds the protocol of an admitted connection. */
    Protocol buildProtocol(SocketAddress remote, Admission admission) {
        return factory.buildProtocol(remote, admission);
    }

    boolean releasesWhenLost() {
        return releasesWhenLost;
    }

    HalfClose halfClose() {
        return halfClose;
    }

    ByteBuffer busyMessage() {
        return ByteBuffer.wrap(busyMessage);
    }

    private static AdmittedProtocolFactory ignoringAdmission(ProtocolFactory factory) {
        Objects.requireNonNull(factory, "factory");
        return (SocketAddress remote, Admission admission) -> factory.buildProtocol(remote);
    }
}
