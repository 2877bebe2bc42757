package dev.anteroom.benchmarks;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.transport.nio.NioTransportProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A relay whose waiter is a connection on an event loop of the nio transport, which sleeps in its selector. */
final class LoopRelay implements Relay, AdmissionCallback {
    private static final SocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

    private final AdmissionGate gate = AdmissionGate.builder().limit(1).build();
    private final EventLoopGroup group = new NioTransportProvider().open(TransportOptions.defaults());
    private Admission mine = enterAlone();
    private volatile Admission passed = mine;

    @Override
    public void hold() {
        passed.leave();
        mine = enterAlone();
        passed = mine;
        gate.enter(SOURCE, group.loops().get(0), this);
    }

    private Admission enterAlone() {
        return gate.enter(SOURCE, Runnable::run, IgnoringCallback.INSTANCE);
    }

    @Override
    public void release() {
        mine.leave();
    }

    @Override
    public boolean isPassed() {
        return passed != mine;
    }

    @Override
    public void admitted(Admission admission) {
        passed = admission;
    }

    @Override
    public void turnedAway(Admission admission) {
        throw new IllegalStateException(admission + " is turned away");
    }

    @Override
    public void close() {
        group.close();
    }
}
