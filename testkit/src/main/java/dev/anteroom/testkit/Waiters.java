package dev.anteroom.testkit;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.SchedulingPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waiting admissions, with which a policy can be tested without a gate of its own. Not thread-safe. */
public final class Waiters {
    private static final AdmissionCallback UNTOLD = new AdmissionCallback() {
        @Override
        public void admitted(Admission admission) {
            throw new AssertionError("nobody is admitted here");
        }

        @Override
        public void turnedAway(Admission admission) {
            throw new AssertionError("nobody is turned away here");
        }
    };

    /** The gate of the waiters. Its one slot is taken and never released. */
    private final AdmissionGate gate;

    private int arriving;

    /**
     * Creates a source of waiters.
     *
     * @param clock provides their arrival times
     */
    public Waiters(ManualClock clock) {
        gate = AdmissionGate.builder()
                .limit(1)
                .maxWaiting(AdmissionGate.MAX_COUNT)
                .maxWait(Duration.ZERO)
                .policy(new Indifferent())
                .priorityClass(source -> arriving)
                .clock(clock)
                .build();
        arrive(0, 0);
    }

    /**
     * Lets a connection arrive, which must wait.
     *
     * @param priorityClass its class
     * @param source the source of the connection, from 0 to 16,777,215
     * @return its admission
     */
    public Admission arrive(int priorityClass, int source) {
        arriving = priorityClass;
        return gate.enter(address(0, source), Runnable::run, UNTOLD);
    }

    /**
     * Returns an address whose port is the priority class, for gates built with {@link #priorityClass}.
     *
     * @param priorityClass a class, from 0 to 65,535
     * @param source the source, from 0 to 16,777,215
     * @return the address
     */
    public static SocketAddress address(int priorityClass, int source) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(
                            new byte[] {127, (byte) (source >> 16), (byte) (source >> 8), (byte) source}),
                    priorityClass);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /**
     * Returns the priority class of an address.
     *
     * @param address an address made by {@link #address}
     * @return the class
     */
    public static int priorityClass(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    /** Returns the source of an address made by {@link #address}. */
    static int source(SocketAddress address) {
        byte[] bytes = ((InetSocketAddress) address).getAddress().getAddress();
        return (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    /** A policy that does nothing, because the policy under test orders the waiters. */
    private static final class Indifferent implements SchedulingPolicy {
        @Override
        public void enqueue(Admission newcomer, long nowNanos) {}

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return null;
        }

        @Override
        public boolean remove(Admission waiter) {
            return true;
        }
    }
}
