package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.scheduler.LifoPolicy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * What can be done to a gate, for Lincheck to do at once: whatever threads do, it has a result that some order of the same
 * operations, one at a time, has too. One at a time, the promises are plain. Two event loops have connections of their own; an
 * operator turns every knob, and time passes when the operator says so.
 */
public class GateOperations {
    static final int ITERATIONS = Integer.getInteger("anteroom.lincheck.iterations", 1);
    private static final int MODEL_CHECKED = 100;
    private static final int STRESSED = 500;

    /** A policy is code as any, and goes round in loops; more rounds than this are a hang. */
    private static final int LOOP_BOUND = 1000;

    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private static final AdmissionCallback SILENT = new AdmissionCallback() {
        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    };

    /** The policy of the gate that is tried. Lincheck makes the objects of this class, and hands in nothing. */
    @SuppressWarnings("NonFinalStaticField")
    static volatile TriedPolicy policy = TriedPolicy.FIFO;

    private final OperatorClock clock = new OperatorClock();
    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(2)
            .maxWait(MAX_WAIT)
            .priorityClass(source -> ((InetSocketAddress) source).getPort() % 2)
            .policy(policy.make())
            .clock(clock)
            .build();
    private final List<Admission> left = new ArrayList<>();
    private final List<Admission> right = new ArrayList<>();

    /** Runs both checks, as a program: fails if there is a result that no order explains. */
    public static void main(String[] arguments) {
        modelCheck(Integer.parseInt(arguments[0]));
        stress(Integer.parseInt(arguments[0]));
    }

    /** Every schedule with few switches of threads, one after the other, of so many random scenarios. */
    static void modelCheck(int iterations) {
        new ModelCheckingOptions()
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(2)
                .actorsAfter(2)
                .iterations(iterations)
                .invocationsPerIteration(MODEL_CHECKED)
                .loopBound(LOOP_BOUND)
                .check(GateOperations.class);
    }

    /** Real threads, so many random scenarios. */
    static void stress(int iterations) {
        new StressOptions()
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(iterations)
                .invocationsPerIteration(STRESSED)
                .check(GateOperations.class);
    }

    @Operation(nonParallelGroup = "left")
    public String leftEnters() {
        return enter(left, 1);
    }

    @Operation(nonParallelGroup = "left")
    public String leftLeaves() {
        return leave(left);
    }

    @Operation(nonParallelGroup = "right")
    public String rightEnters() {
        return enter(right, 2);
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

    @Operation(nonParallelGroup = "operator")
    public void changePolicy() {
        gate.policy(new LifoPolicy());
    }

    @Operation(nonParallelGroup = "operator")
    public void expire() {
        clock.pass(MAX_WAIT);
    }

    @Operation(nonParallelGroup = "operator")
    public void close() {
        gate.close();
    }

    @Operation
    public String look() {
        return gate.snapshot().toString();
    }

    /** Each loop's connections come from an address and are of a class of their own. */
    private String enter(List<Admission> mine, int number) {
        SocketAddress source = new InetSocketAddress("127.0.0." + number, number);
        Admission admission = gate.enter(source, Runnable::run, SILENT);
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
}
