package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZL_Result;

@JCStressTest
@Description("A slot is released once: two threads release one admission, and then one of two newcomers must wait.")
@Outcome(id = "true, false, 1 served 1 waiting", expect = Expect.ACCEPTABLE)
@Outcome(id = "false, true, 1 served 1 waiting", expect = Expect.ACCEPTABLE)
@State
public class LeaveTwice {
    private final OneSlot slot = new OneSlot();
    private final Admission served = slot.enter();

    @Actor
    public void left(ZZL_Result result) {
        result.r1 = served.leave();
    }

    @Actor
    public void right(ZZL_Result result) {
        result.r2 = served.leave();
    }

    @Arbiter
    public void judge(ZZL_Result result) {
        slot.enter();
        slot.enter();
        result.r3 = slot.figures();
    }
}
