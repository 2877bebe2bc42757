package dev.anteroom.concurrency;

import dev.anteroom.scheduler.LifoPolicy;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

@JCStressTest
@Description("A new policy gets all waiters: the last of its first portion leaves as the second is moved.")
@Outcome(id = "lifo, 69 waiting 0 refused 1 abandoned 0 told", expect = Expect.ACCEPTABLE)
@State
public class DepartureAgainstPolicyChange {
    private final ManyWaiters many = new ManyWaiters();

    @Actor
    public void change() {
        many.gate.policy(new LifoPolicy());
    }

    @Actor
    public void leave() {
        many.waiters.get(ManyWaiters.PORTION - 1).leave();
    }

    @Arbiter
    public void judge(LL_Result result) {
        result.r2 = many.figures();
        many.gate.limit(ManyWaiters.WAITERS); // admits all, and drops a policy that lacks one
        result.r1 = many.gate.snapshot().policy();
    }
}
