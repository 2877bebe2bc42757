package dev.anteroom.limits;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.LimitRule;
import dev.anteroom.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A gate that always has waiters, and an upstream whose services take longer beyond a knee, in virtual time.
 */
final class Upstream {
    final ManualClock clock = new ManualClock();
    final AdmissionGate gate;
    private final SplittableRandom random = new SplittableRandom(42);
    private final double baseNanos;
    private int knee;
    private boolean fails;
    private boolean hangs;
    private final List<Runnable> hanging = new ArrayList<>();

    Upstream(LimitRule limit, int clients, int knee, Duration base) {
        this.knee = knee;
        this.baseNanos = base.toNanos();
        gate = AdmissionGate.builder()
                .limit(limit)
                .clock(clock)
                .maxWait(Duration.ZERO)
                .build();
        for (int i = 0; i < clients; i++) {
            new Client().arrive();
        }
    }

    void knee(int knee) {
        this.knee = knee;
    }

    void fails(boolean fails) {
        this.fails = fails;
    }

    /** Sets whether services hang. Those that hang end when this is set to false. */
    void hangs(boolean hangs) {
        this.hangs = hangs;
        List<Runnable> ending = List.copyOf(hanging);
        hanging.clear();
        ending.forEach(Runnable::run);
    }

    /** Draws a service time: the base on average, and a tenth longer for each connection beyond the knee. */
    private long serviceNanos() {
        double crowding = 1 + 0.1 * Math.max(0, gate.snapshot().active() - knee);
        return Math.max(1, (long) (baseNanos * crowding * random.nextDouble(0.5, 1.5)));
    }

    private final class Client implements AdmissionCallback {
        void arrive() {
            Admission admission = gate.enter(new InetSocketAddress(0), Runnable::run, this);
            if (admission.decision() == Admission.Decision.ADMITTED) {
                admitted(admission);
            }
        }

        @Override
        public void admitted(Admission own) {
            clock.schedule(fails ? 1_000_000 : serviceNanos(), () -> end(own));
        }

        private void end(Admission own) {
            if (hangs) {
                hanging.add(() -> end(own));
                return;
            }
            if (fails) {
                own.markFailed();
            }
            own.leave();
            arrive();
        }

        @Override
        public void turnedAway(Admission own) {
            throw new AssertionError(own);
        }
    }
}
