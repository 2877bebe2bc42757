package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

@JCStressTest
@Description("No wake-up is lost: a connection that arrives as the last slot is released is served in either order.")
@Outcome(id = "ADMITTED, 1 served 0 waiting", expect = Expect.ACCEPTABLE)
@State
public class ReleaseAgainstFirstWaiter {
    private final OneSlot slot = new OneSlot();
    private final Admission served = slot.enter();
    private Admission newcomer = served;

    @Actor
    public void release() {
        served.leave();
    }

    @Actor
    public void enter() {
        newcomer = slot.enter();
    }

    @Arbiter
    public void judge(LL_Result result) {
        result.r1 = newcomer.state();
        result.r2 = slot.figures();
    }
}
