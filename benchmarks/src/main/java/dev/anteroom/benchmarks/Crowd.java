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
 * A gate whose slots are all taken, before which a given number wait, from 1,000 sources and of ten classes. Time stands still:
 * a policy that sheds those who waited too long sheds nobody, and the crowd stays as large as it is.
 */
final class Crowd implements AdmissionCallback {
    private static final int SOURCES = 1000;

    private final SocketAddress[] sources = new SocketAddress[SOURCES];
    private final ArrayDeque<Admission> served = new ArrayDeque<>();
    private final AdmissionGate gate;
    private int arrived;

    Crowd(String policy, int limit, int waiters) {
        for (int i = 0; i < SOURCES; i++) {
            sources[i] = source(i);
        }
        gate = AdmissionGate.builder()
                .limit(limit)
                .maxWaiting(AdmissionGate.MAX_COUNT)
                .maxWait(Duration.ZERO)
                .policy(Policies.parse(policy))
                .priorityClass(source -> ((InetSocketAddress) source).getPort() % 10)
                .clock(new StandingClock())
                .build();
        for (int i = 0; i < limit; i++) {
            served.add(enter());
        }
        for (int i = 0; i < waiters; i++) {
            enter();
        }
    }

    /** One comes, to wait. */
    Admission enter() {
        return gate.enter(sources[arrived++ % SOURCES], Runnable::run, this);
    }

    /** Who has been served longest leaves, and hands the slot over. */
    Admission release() {
        Admission leaving = served.remove();
        leaving.leave();
        return leaving;
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

    private static final class StandingClock implements GateClock {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void schedule(long delayNanos, Runnable task) {
            throw new IllegalStateException("nobody's wait is limited");
        }
    }
}
