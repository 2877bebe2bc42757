package dev.anteroom.protocol;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A gated connection: parked, turned away, or served by its real protocol. While it is parked, reading is paused and
 * the delegate is {@link Parked}.
 */
final class GatedProtocol extends DelegatingProtocol implements AdmissionCallback {
    private static final Logger LOGGER = System.getLogger(GatedProtocol.class.getName());

    private final GatedProtocolFactory factory;
    private final SocketAddress remote;
    private @Nullable Admission admission;
    private boolean handedOver;

    /** The exception that the real protocol threw when it was swapped in. */
    private @Nullable Throwable failure;

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
            case ADMITTED -> {
                transport.beginNext();
                swapIn(newcomer);
            }
            case WAITING -> transport.pauseReading();
            case REFUSED -> turnAway(transport);
        }
    }

    /**
     * Swaps in the real protocol. If it throws, it loses its connection, as it would at the door. The exception must
     * not reach the gate, which would give the slot away at once: a protocol whose {@code connectionMade} was called
     * counts until its {@code connectionLost} is called.
     */
    @Override
    public void admitted(Admission admission) {
        Transport connection = transport();
        if (!connection.eventLoop().inEventLoop()) {
            admission.leave(); // the loop is shut down, and its connections with it
            return;
        }
        connection.resumeReading();
        try {
            swapIn(admission);
        } catch (Throwable e) {
            failure = e;
            connection.abort();
        }
    }

    @Override
    public void turnedAway(Admission admission) {
        Transport connection = transport();
        if (!connection.eventLoop().inEventLoop()) {
            return;
        }
        try {
            turnAway(connection);
        } catch (Throwable e) {
            connection.abort();
            throw e;
        }
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
            super.connectionLost(failure == null ? reason : failure);
        } finally {
            if (admission != null && (factory.releasesWhenLost() || !handedOver)) {
                admission.leave();
            }
        }
    }

    /**
     * Swaps in the real protocol. Once this succeeds, a protocol that was handed its slot is responsible for giving it
     * back.
     */
    private void swapIn(Admission admission) {
        swap(build(admission));
        handedOver = true;
    }

    private Protocol build(Admission admission) {
        try {
            return factory.buildProtocol(remote, admission);
        } catch (Throwable e) {
            LOGGER.log(Level.WARNING, "a protocol factory failed: its connection is aborted", e);
            throw e;
        }
    }

    private void turnAway(Transport transport) {
        transport.write(factory.busyMessage());
        transport.close();
    }

    /**
     * The delegate of a parked connection. It does nothing, because reading is paused and the gated protocol handles
     * all events.
     */
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
