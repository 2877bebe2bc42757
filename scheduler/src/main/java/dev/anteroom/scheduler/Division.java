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
 * How a room is divided into branches.
 *
 * @param key what the waiters of a branch have in common
 * @param branch opens the branch of a key
 * @param tracksServed whether it matters who is served
 */
record Division(Function<Admission, Object> key, Function<Object, Branch> branch, boolean tracksServed) {
    /** A branch for each source. A weight of less than 1 counts as 1. */
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

    /** A branch for each class that has a policy of its own, and one for the others; its key is its index in the list. */
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
