package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

@JCStressTest
@Description("User code runs outside the lock: each connection looks at the gate and leaves as soon as it is told.")
@Outcome(id = "looked, 0 served 0 waiting", expect = Expect.ACCEPTABLE)
@State
public class CallbackAgainstNewcomer {
    private static final SocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(2)
            .maxWait(Duration.ZERO)
            .build();
    private volatile String seen = "looked";
    private final Admission served = enter();

    {
        enter();
    }

    private Admission enter() {
        return gate.enter(SOURCE, Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {
                look();
                admission.leave();
            }

            @Override
            public void turnedAway(Admission admission) {
                look();
            }
        });
    }

    private void look() {
        try {
            gate.snapshot();
        } catch (IllegalStateException e) {
            seen = "could not look";
        }
    }

    @Actor
    public void release() {
        served.leave();
    }

    @Actor
    public void newcomer() {
        Admission admission = enter();
        if (admission.decision() == Admission.Decision.ADMITTED) {
            admission.leave();
        }
    }

    @Arbiter
    public void judge(LL_Result result) {
        result.r1 = seen;
        result.r2 = gate.snapshot().active() + " served " + gate.snapshot().waiting() + " waiting";
    }
}
