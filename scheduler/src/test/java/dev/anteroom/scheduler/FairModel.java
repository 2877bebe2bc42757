package dev.anteroom.scheduler;

import dev.anteroom.address.AddressRange;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A model of fair turns, kept in a list. */
final class FairModel extends BranchingModel {
    private final List<Object> round = new ArrayList<>();
    private final Map<Object, Integer> turns = new HashMap<>();

    /** Creates a model with turns for sources. */
    FairModel(Supplier<SchedulingPolicy> inside, ToIntFunction<Object> weight, int cap) {
        super(
                Admission::sourceKey,
                source -> new Share(weight.applyAsInt(source), cap, 0),
                source -> inside.get(),
                cap != Share.UNCAPPED || inside.get().tracksServed());
    }

    /** Creates a model with turns for classes. */
    FairModel(List<ClassModel> classes) {
        super(classes);
    }

    /** Creates a model with equal turns for sources. */
    static FairModel of(Supplier<SchedulingPolicy> inside) {
        return new FairModel(inside, source -> 1, Share.UNCAPPED);
    }

    /** Returns a weight that differs from source to source. */
    static int lastByte(Object source) {
        return Math.max(1, ((AddressRange) source).first().toInetAddress().getAddress()[3]);
    }

    @Override
    @Nullable
    Object next() {
        if (round.isEmpty()) {
            return null;
        }
        Object branch = round.get(0);
        if (turns.merge(branch, -1, Integer::sum) == 0) {
            round.remove(branch);
        }
        return branch;
    }

    @Override
    Object yielding(Object own, int size) {
        Object largest = waiting().stream()
                .max(Comparator.<Object>comparingDouble(
                                branch -> load(branch, waitingOf(branch).size()))
                        .thenComparingLong(this::newest))
                .orElse(own);
        return load(own, size) < load(largest, waitingOf(largest).size()) ? largest : own;
    }

    private double load(Object branch, int size) {
        return size / (double) share(branch).weight();
    }

    private long newest(Object branch) {
        return waitingOf(branch).stream().mapToLong(Admission::sequence).max().orElseThrow();
    }

    @Override
    void settle() {
        super.settle();
        round.removeIf(branch -> !mayBeServed(branch));
        for (Object branch : waiting()) {
            if (mayBeServed(branch) && !round.contains(branch)) {
                round.add(branch);
                turns.put(branch, share(branch).weight());
            }
        }
    }
}
