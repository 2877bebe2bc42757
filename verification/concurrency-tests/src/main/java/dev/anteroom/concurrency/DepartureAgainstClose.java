package dev.anteroom.concurrency;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZL_Result;

@JCStressTest
@Description("Closing refuses all waiters in one instant: one that leaves meanwhile was refused, or left before.")
@Outcome(id = "true, 0 waiting 69 refused 1 abandoned 69 told", expect = Expect.ACCEPTABLE, desc = "left before")
@Outcome(id = "false, 0 waiting 70 refused 0 abandoned 70 told", expect = Expect.ACCEPTABLE, desc = "refused")
@State
public class DepartureAgainstClose {
    private final ManyWaiters many = new ManyWaiters();

    @Actor
    public void close() {
        many.gate.close();
    }

    @Actor
    public void leave(ZL_Result result) {
        result.r1 = many.waiters.get(ManyWaiters.WAITERS - 1).leave();
    }

    @Arbiter
    public void judge(ZL_Result result) {
        result.r2 = many.figures();
    }
}
