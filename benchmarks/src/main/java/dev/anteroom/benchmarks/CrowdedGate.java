package dev.anteroom.benchmarks;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateClock;
import dev.anteroom.scheduler.Policies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * A gate whose slots are all taken and whose waiting room contains a given number of connections, of 1,000 sources and
 * ten classes. Its clock is stopped, so a policy that sheds connections after some time sheds none, and their number is
 * constant.
 */
final class CrowdedGate implements AdmissionCallback {
    private static final int SOURCES = 1000;

    private final SocketAddress[] sources = new SocketAddress[SOURCES];
    private final ArrayDeque<Admission> served = new ArrayDeque<>();
    private final AdmissionGate gate;
    private int arrived;

    CrowdedGate(String policy, int limit, int waiters) {
        for (int i = 0; i < SOURCES; i++) {
            sources[i] = source(i);
        }
        gate = AdmissionGate.builder()
                .limit(limit)
                .maxWaiting(AdmissionGate.MAX_COUNT)
                .maxWait(Duration.ZERO)
                .policy(Policies.parse(policy))
                .priorityClass(source -> ((InetSocketAddress) source).getPort() % 10)
                .clock(new StoppedClock())
                .build();
        for (int i = 0; i < limit; i++) {
            served.add(enter());
        }
        for (int i = 0; i < waiters; i++) {
            enter();
        }
    }

    /** Adds a connection, which waits if all slots are taken. */
    Admission enter() {
        return gate.enter(sources[arrived++ % SOURCES], Runnable::run, this);
    }

    /** Ends the connection that has been served for the longest time, which hands its slot to a waiter. */
    Admission release() {
        Admission released = served.remove();
        released.leave();
        return released;
    }

    @Override
    public void admitted(Admission admission) {
        served.add(admission);
    }

    @Override
    public void turnedAway(Admission admission) {
        throw new IllegalStateException(admission + " is turned away");
    }

    private static SocketAddress source(int number) {
        try {
            byte[] address = {127, 0, (byte) (number >> 8), (byte) number};
            return new InetSocketAddress(InetAddress.getByAddress(address), 40_000 + number);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    private static final class StoppedClock implements GateClock {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void schedule(long delayNanos, Runnable task) {
            throw new IllegalStateException("the gate has no maximum wait");
        }
    }
}
