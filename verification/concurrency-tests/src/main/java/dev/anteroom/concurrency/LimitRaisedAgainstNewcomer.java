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
@Description("A raised limit wakes a waiter: a connection that arrives at that moment is served in either order.")
@Outcome(id = "ADMITTED, 2 served 0 waiting", expect = Expect.ACCEPTABLE)
@State
public class LimitRaisedAgainstNewcomer {
    private final OneSlot slot = new OneSlot();
    private final Admission served = slot.enter();
    private Admission newcomer = served;

    @Actor
    public void raise() {
        slot.gate.limit(2);
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
