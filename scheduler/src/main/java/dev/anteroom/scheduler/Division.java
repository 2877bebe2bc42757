package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The division of a waiting room into branches.
 *
 * @param key returns the key that the waiters of a branch share
 * @param branch creates the branch of a key
 * @param tracksServed whether any branch has to know which connections are served
 */
record Division(Function<Admission, Object> key, Function<Object, Branch> branch, boolean tracksServed) {
    /** Creates a branch for each source. A weight below 1 counts as 1. */
    static Division bySource(Supplier<? extends SchedulingPolicy> inside, ToIntFunction<Object> weight, int cap) {
        boolean tracks = new Share(1, cap, 0).tracksServed() || inside.get().tracksServed();
        return new Division(
                Admission::sourceKey,
                source -> {
                    Share share = new Share(Math.max(1, weight.applyAsInt(source)), cap, 0);
                    return new Branch(source, inside.get(), share, tracks);
                },
                tracks);
    }

    /**
     * Creates a branch for each class that has its own policy, and one for all other classes. The key of a branch is
     * its index in the list.
     */
    static Division byClass(List<ClassPolicy> classes) {
        Map<Integer, Integer> indexes = new HashMap<>();
        int others = 0;
        for (int i = 0; i < classes.size(); i++) {
            if (classes.get(i).isDefault()) {
                others = i;
            } else {
                indexes.put(Integer.valueOf(classes.get(i).label()), i);
            }
        }
        Integer otherwise = others;
        boolean tracks = classes.stream().anyMatch(ClassPolicy::tracksServed);
        return new Division(
                admission -> indexes.getOrDefault(admission.priorityClass(), otherwise),
                index -> {
                    ClassPolicy of = classes.get((Integer) index);
                    return new Branch(index, of.policy().get(), of.share(), tracks);
                },
                tracks);
    }
}
