package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * Connections that enter and leave a gate with one slot, as operations for Lincheck. Each of two event loops has
 * connections of its own. Both may release the first connection, which is served from the start.
 */
public class GateVisits {
    static final Duration MAX_WAIT = Duration.ofSeconds(1);

    /** Source of the left loop's connections; the port determines their class. */
    private static final SocketAddress LEFT = new InetSocketAddress("127.0.0.1", 1);

    private static final SocketAddress RIGHT = new InetSocketAddress("127.0.0.2", 2);

    private static final AdmissionCallback SILENT = new AdmissionCallback() {
        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    };

    /** The policy under test. Static, because Lincheck creates the objects of this class without arguments. */
    @SuppressWarnings("NonFinalStaticField")
    static volatile TriedPolicy policy = TriedPolicy.FIFO;

    final OperatorClock clock = new OperatorClock();
    final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(2)
            .maxWait(MAX_WAIT)
            .priorityClass(source -> ((InetSocketAddress) source).getPort() % 2)
            .policy(policy.make())
            .clock(clock)
            .build();
    private final List<Admission> left = new ArrayList<>();
    private final List<Admission> right = new ArrayList<>();
    private final Admission first = gate.enter(LEFT, Runnable::run, SILENT);

    /**
     * Runs the model checker as a program; fails if an interleaving has a result of no sequential order.
     *
     * @param arguments the number of scenarios, and the number of interleavings of each
     */
    public static void main(String[] arguments) {
        new ModelCheckingOptions()
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(1)
                .iterations(Integer.parseInt(arguments[0]))
                .invocationsPerIteration(Integer.parseInt(arguments[1]))
                .check(GateVisits.class);
    }

    @Operation(nonParallelGroup = "left")
    public String leftEnters() {
        return enter(left, LEFT);
    }

    @Operation(nonParallelGroup = "left")
    public String leftLeaves() {
        return leave(left);
    }

    @Operation(nonParallelGroup = "right")
    public String rightEnters() {
        return enter(right, RIGHT);
    }

    @Operation(nonParallelGroup = "right")
    public String rightLeaves() {
        return leave(right);
    }

    /*
     * Not concurrent with itself: as leave() documents, a second call may return false before the first has handed off.
     */
    @Operation(nonParallelGroup = "first")
    public boolean firstLeaves() {
        return first.leave();
    }

    @Operation
    public String look() {
        return gate.snapshot().toString();
    }

    private String enter(List<Admission> mine, SocketAddress source) {
        Admission admission = gate.enter(source, Runnable::run, SILENT);
        mine.add(admission);
        return admission.decision().name();
    }

    /** Makes the oldest connection leave, and returns its final state. */
    private static String leave(List<Admission> mine) {
        if (mine.isEmpty()) {
            return "none";
        }
        Admission admission = mine.remove(0);
        admission.leave();
        return admission.state().name();
    }
}
