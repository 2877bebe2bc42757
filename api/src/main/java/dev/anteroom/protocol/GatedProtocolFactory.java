package dev.anteroom.protocol;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Puts a gate before any protocol. A connection that is admitted at once gets its protocol at once. One that must wait is parked:
 * nothing of it is read, and once a slot is free its protocol is built, swapped in, and hears everything from
 * {@code connectionMade} on. One that leaves while it waits, or is turned away, never gets a protocol. When the connection is
 * lost its slot is given back.
 *
 * <p>Connections enter the gate in the order in which they arrived, whichever loops serve them (see {@link ProtocolFactory}), so a
 * policy that serves in order of arrival does so for a listener with any number of loops. A protocol that is admitted at once
 * is built after the next connection may enter: one that is slow to start delays the connections of its own loop alone.
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
     * Gates a factory's protocols. A waiting client that shuts down its sending side has left, and one that is turned away is
     * told nothing.
     *
     * @param gate who is admitted
     * @param factory makes the protocol of a connection once it is admitted
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
     * Gates protocols that give their slot back themselves.
     *
     * @param gate who is admitted
     * @param factory makes the protocol of a connection once it is admitted, and hands it its slot
     * @return a factory that leaves every slot to the protocol it was handed to
     */
    public static GatedProtocolFactory handingOverSlots(AdmissionGate gate, AdmittedProtocolFactory factory) {
        return new GatedProtocolFactory(gate, factory, false, HalfClose.ABANDON, new byte[0]);
    }

    /**
     * Says what a shut-down sending side means for a waiting connection. Default: {@link HalfClose#ABANDON}.
     *
     * @param halfClose whether it keeps its place
     * @return a factory that differs from this one in that
     */
    public GatedProtocolFactory halfClose(HalfClose halfClose) {
        return new GatedProtocolFactory(gate, factory, releasesWhenLost, halfClose, busyMessage);
    }

    /**
     * Says what a connection is sent before it is turned away (refused, expired or shed). Default: nothing.
     *
     * @param busyMessage the bytes
     * @return a factory that differs from this one in that
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
