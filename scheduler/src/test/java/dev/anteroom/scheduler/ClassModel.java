package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * The model inside another that some classes have of their own.
 *
 * @param holds which classes
 * @param share what they get of the slots
 * @param inside makes it
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
