package dev.anteroom.gate;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A callback that records what it is told. */
final class Visitor implements AdmissionCallback {
    static final SocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 1);

    private final Consumer<Admission> whenTold;
    final Admission admission;
    int admitted;
    int turnedAway;

    private Visitor(AdmissionGate gate, SocketAddress source, Executor executor, Consumer<Admission> whenTold) {
        this.whenTold = whenTold;
        this.admission = gate.enter(source, executor, this);
    }

    static Visitor at(AdmissionGate gate) {
        return at(gate, Runnable::run);
    }

    static Visitor at(AdmissionGate gate, Executor executor) {
        return new Visitor(gate, ADDRESS, executor, told -> {});
    }

    static Visitor telling(AdmissionGate gate, Consumer<Admission> whenTold) {
        return new Visitor(gate, ADDRESS, Runnable::run, whenTold);
    }

    Admission.@Nullable State state() {
        return admission.state();
    }

    @Override
    public void admitted(Admission told) {
        admitted++;
        whenTold.accept(told);
    }

    @Override
    public void turnedAway(Admission told) {
        turnedAway++;
        whenTold.accept(told);
    }
}
