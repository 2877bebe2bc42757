package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

@JCStressTest
@Description("No slot leaks: a future that is cancelled during the handoff gives its slot back, or was not cancelled.")
@Outcome(id = "cancelled, 0 served 0 waiting", expect = Expect.ACCEPTABLE)
@Outcome(id = "granted, 1 served 0 waiting", expect = Expect.ACCEPTABLE)
@State
public class CancellationAgainstHandoff {
    private final OneSlot slot = new OneSlot();
    private final Admission served = slot.enter();
    private final CompletableFuture<Admission> waiter =
            slot.gate.<String>door(name -> name).acquireAsync("waiter", Runnable::run);

    @Actor
    public void handOff() {
        served.leave();
    }

    @Actor
    public void cancel() {
        waiter.cancel(false);
    }

    @Arbiter
    public void judge(LL_Result result) {
        result.r1 = waiter.isCancelled() ? "cancelled" : "granted";
        result.r2 = slot.figures();
    }
}
