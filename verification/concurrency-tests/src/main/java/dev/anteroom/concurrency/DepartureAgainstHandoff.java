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
@Description("No slot leaks: a waiter that leaves during the handoff gives up its place, or gives the slot back.")
@Outcome(id = "ABANDONED, 0 served 0 waiting", expect = Expect.ACCEPTABLE)
@Outcome(id = "RELEASED, 0 served 0 waiting", expect = Expect.ACCEPTABLE)
@State
public class DepartureAgainstHandoff {
    private final OneSlot slot = new OneSlot();
    private final Admission served = slot.enter();
    private final Admission waiter = slot.enter();

    @Actor
    public void handOff() {
        served.leave();
    }

    @Actor
    public void depart() {
        waiter.leave();
    }

    @Arbiter
    public void judge(LL_Result result) {
        result.r1 = waiter.state();
        result.r2 = slot.figures();
    }
}
