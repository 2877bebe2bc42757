package dev.anteroom.concurrency;

import dev.anteroom.scheduler.LifoPolicy;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * Work on many waiters: closing, expiry, changes of the limit and of the policy, and the end of a pause. {@link
 * SmallPortions} makes it take several portions although few wait.
 */
public class PortionVisits extends WatchedGate {
    /** Runs as a program: a number of scenarios, and each of them a number of times. */
    public static void main(String[] arguments) {
        stress(PortionVisits.class, Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    }

    @Operation
    public void changePolicy() {
        gate.policy(new LifoPolicy());
    }

    @Operation
    public void expire() {
        clock.pass(MAX_WAIT);
    }

    @Operation
    public void pause() {
        gate.pause();
    }

    @Operation
    public void resume() {
        gate.resume();
    }

    @Override
    public void promisesHold() {
        super.promisesHold();
        require(closed || !gate.snapshot().policy().equals("fifo"), "a policy without fault was dropped");
    }
}
