package dev.anteroom.concurrency;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

@JCStressTest
@Description("No connection is admitted by an old limit: one that arrives as it is lowered precedes that, or waits.")
@Outcome(id = "ADMITTED, 2 served 1 waiting", expect = Expect.ACCEPTABLE, desc = "before it was lowered")
@Outcome(id = "WAITING, 1 served 1 waiting", expect = Expect.ACCEPTABLE, desc = "after it was lowered")
@State
public class LimitLoweredAgainstNewcomer {
    private final OneSlot slot = new OneSlot();

    public LimitLoweredAgainstNewcomer() {
        slot.gate.limit(2);
        slot.enter();
    }

    @Actor
    public void lower() {
        slot.gate.limit(1);
    }

    @Actor
    public void enter(LL_Result result) {
        result.r1 = slot.enter().decision();
    }

    /** Enters another connection; there is one place. */
    @Arbiter
    public void judge(LL_Result result) {
        slot.enter();
        result.r2 = slot.figures();
    }
}
