package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * The model of the classes that share one inner policy.
 *
 * @param holds tests whether a class belongs here
 * @param share their share of the slots
 * @param inside creates the model
 */
record ClassModel(IntPredicate holds, Share share, Supplier<SchedulingPolicy> inside) {
    static ClassModel of(int priorityClass, Share share, Supplier<SchedulingPolicy> inside) {
        return new ClassModel(its -> its == priorityClass, share, inside);
    }

    static ClassModel ofOthers(Share share, Supplier<SchedulingPolicy> inside) {
        return new ClassModel(its -> true, share, inside);
    }

    boolean tracksServed() {
        return share.tracksServed() || inside.get().tracksServed();
    }
}
