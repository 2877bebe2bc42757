package dev.anteroom.concurrency;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

@JCStressTest
@Description("The limit holds: of two newcomers at the last slot, one gets the slot and the other waits.")
@Outcome(id = "ADMITTED, WAITING", expect = Expect.ACCEPTABLE)
@Outcome(id = "WAITING, ADMITTED", expect = Expect.ACCEPTABLE)
@State
public class NewcomersAtTheLastSlot {
    private final OneSlot slot = new OneSlot();

    @Actor
    public void left(LL_Result result) {
        result.r1 = slot.enter().decision();
    }

    @Actor
    public void right(LL_Result result) {
        result.r2 = slot.enter().decision();
    }
}
