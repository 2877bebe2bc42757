package dev.anteroom.gate;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of a few operations has a result that some order of them, one at a time, has too. One at a time, the
 * promises are plain (see {@link AdmissionGateTest}); so they hold whatever the threads do. Each thread's connections are its own,
 * as they are an event loop's; {@code handedOn} looks at all of them.
 */
public class AdmissionGateLincheckTest {
    private static final SocketAddress SOURCE = new InetSocketAddress("127.0.0.1", 1);
    private static final AdmissionCallback IGNORING = new AdmissionCallback() {
        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    };

    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(2)
            .clock(new StandingClock())
            .build();
    private final List<Admission> left = new ArrayList<>();
    private final List<Admission> right = new ArrayList<>();

    @Operation(nonParallelGroup = "left")
    public String leftEnters() {
        return enter(left);
    }

    @Operation(nonParallelGroup = "left")
    public String leftLeaves() {
        return leave(left);
    }

    @Operation(nonParallelGroup = "right")
    public String rightEnters() {
        return enter(right);
    }

    @Operation(nonParallelGroup = "right")
    public String rightLeaves() {
        return leave(right);
    }

    @Operation(nonParallelGroup = "operator")
    public void raise() {
        gate.limit(2);
    }

    @Operation(nonParallelGroup = "operator")
    public void lower() {
        gate.limit(1);
    }

    @Operation
    public String look() {
        return gate.snapshot().toString();
    }

    private String enter(List<Admission> mine) {
        Admission admission = gate.enter(SOURCE, Runnable::run, IGNORING);
        mine.add(admission);
        return admission.decision().name();
    }

    /** The oldest leaves; what it was by then is part of the result. */
    private static String leave(List<Admission> mine) {
        if (mine.isEmpty()) {
            return "nobody";
        }
        Admission admission = mine.remove(0);
        admission.leave();
        return admission.state().name();
    }

    @Test
    void model_checking() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(2)
                .iterations(20)
                .invocationsPerIteration(500)
                .check(AdmissionGateLincheckTest.class);
    }

    @Test
    void stress() {
        new StressOptions()
                .threads(3)
                .actorsBefore(1)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(20)
                .invocationsPerIteration(1000)
                .check(AdmissionGateLincheckTest.class);
    }

    private static final class StandingClock implements GateClock {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void schedule(long delayNanos, Runnable task) {}
    }
}
