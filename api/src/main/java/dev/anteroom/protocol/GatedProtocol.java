package dev.anteroom.protocol;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One gated connection: parked, turned away, or already real. Parked means that reading is paused and that the delegate is
 * {@link Parked}.
 */
final class GatedProtocol extends DelegatingProtocol implements AdmissionCallback {
    private final GatedProtocolFactory factory;
    private final SocketAddress remote;
    private @Nullable Admission admission;
    private boolean handedOver;

    GatedProtocol(GatedProtocolFactory factory, SocketAddress remote) {
        super(Parked.INSTANCE);
        this.factory = factory;
        this.remote = remote;
    }

    @Override
    public void connectionMade(Transport transport) {
        super.connectionMade(transport);
        Admission newcomer = factory.gate().enter(remote, transport.eventLoop(), this);
        admission = newcomer;
        switch (newcomer.decision()) {
            case ADMITTED -> swapIn(newcomer);
            case WAITING -> transport.pauseReading();
            case REFUSED -> turnAway(transport);
        }
    }

    @Override
    public void admitted(Admission admission) {
        Transport connection = transport();
        connection.resumeReading();
        try {
            swapIn(admission);
        } catch (Throwable e) {
            connection.abort();
            throw e;
        }
    }

    @Override
    public void turnedAway(Admission admission) {
        turnAway(transport());
    }

    @Override
    public int bytesSent() {
        return transport().bytesKept();
    }

    @Override
    public void endOfInputSeen(Transport transport) {
        if (delegate() == Parked.INSTANCE && factory.halfClose() == HalfClose.ABANDON && admission != null) {
            admission.leave();
            transport.close();
        } else {
            super.endOfInputSeen(transport);
        }
    }

    @Override
    public void connectionLost(@Nullable Throwable reason) {
        try {
            super.connectionLost(reason);
        } finally {
            if (admission != null && (factory.releasesWhenLost() || !handedOver)) {
                admission.leave();
            }
        }
    }

    private void swapIn(Admission admission) {
        Protocol real = factory.buildProtocol(remote, admission);
        handedOver = true;
        swap(real);
    }

    private void turnAway(Transport transport) {
        transport.write(factory.busyMessage());
        transport.close();
    }

    /** Hears everything and does nothing: reading is paused, and what matters is done by the gated protocol itself. */
    private enum Parked implements Protocol {
        INSTANCE;

        @Override
        public void connectionMade(Transport transport) {}

        @Override
        public void dataReceived(ByteBuffer data) {}

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }
}
