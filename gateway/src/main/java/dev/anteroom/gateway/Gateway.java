package dev.anteroom.gateway;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.time.Duration;

/** A gate between clients and an upstream, from the first connection accepted to the last one served. Thread-safe. */
final class Gateway implements AutoCloseable {
    private static final long GLANCE_MILLIS = 20;

    private final AdmissionGate gate;
    private final Proxy proxy;
    private final EventLoopGroup loops;
    private final Listener listener;
    private volatile boolean draining;

    private Gateway(AdmissionGate gate, Proxy proxy, EventLoopGroup loops, Listener listener) {
        this.gate = gate;
        this.proxy = proxy;
        this.loops = loops;
        this.listener = listener;
    }

    /**
     * Begins to accept.
     *
     * @param gate who is admitted
     * @param proxy where the admitted are passed on to
     * @param loops closed with the gateway, or if this fails
     * @param listen where clients connect
     * @param factory of the clients' protocols, which brings the gate and the proxy together
     * @throws StartFailure if the address cannot be listened on
     */
    static Gateway open(AdmissionGate gate, Proxy proxy, EventLoopGroup loops, Endpoint listen, ProtocolFactory factory)
            throws StartFailure {
        try {
            return new Gateway(gate, proxy, loops, loops.listen(listen.address(), factory));
        } catch (IOException e) {
            loops.close();
            throw StartFailure.listening("--listen", listen, e);
        }
    }

    /** Where clients connect. */
    Endpoint address() {
        return Endpoint.of(listener.address());
    }

    /** Whether newcomers are accepted no more. */
    boolean isDraining() {
        return draining;
    }

    /**
     * Stops accepting, refuses the waiting, and lets the served finish. Those who were turned away get the moment to read why
     * that a transport grants them.
     *
     * @param timeout how long the served may take
     * @return how many did not finish
     * @throws InterruptedException if the thread is interrupted; nobody is cut off yet
     */
    int drain(Duration timeout) throws InterruptedException {
        draining = true;
        listener.close();
        gate.close();
        long begin = System.nanoTime();
        boolean someoneReads = gate.snapshot().admitted() < gate.snapshot().arrived();
        Duration least = someoneReads ? TransportOptions.defaults().linger() : Duration.ZERO;
        while (isWithin(least, begin) || (proxy.open() > 0 && isWithin(timeout, begin))) {
            Thread.sleep(GLANCE_MILLIS);
        }
        return proxy.open();
    }

    private static boolean isWithin(Duration duration, long beginNanos) {
        return System.nanoTime() - beginNanos < duration.toNanos();
    }

    /** Cuts off whoever is still connected. */
    @Override
    public void close() {
        loops.close();
    }
}
