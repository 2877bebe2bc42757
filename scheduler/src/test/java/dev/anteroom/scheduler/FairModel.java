package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Turns kept in a list of sources, everything counted anew each time. */
final class FairModel extends ListModel {
    private final ToIntFunction<Object> weight;
    private final int cap;
    private final List<Admission> served = new ArrayList<>();
    private final List<Object> round = new ArrayList<>();
    private final Map<Object, Integer> turns = new HashMap<>();

    FairModel(ToIntFunction<Object> weight, int cap) {
        this.weight = weight;
        this.cap = cap;
    }

    /** A weight that differs from source to source. */
    static int lastByte(Object source) {
        return Math.max(1, ((InetAddress) source).getAddress()[3]);
    }

    @Override
    public boolean tracksServed() {
        return cap != Integer.MAX_VALUE;
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        super.enqueue(newcomer, nowNanos);
        settle();
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        if (round.isEmpty()) {
            return null;
        }
        Object source = round.get(0);
        Admission next = of(source, waiters).get(0);
        waiters.remove(next);
        served.add(next);
        if (turns.merge(source, -1, Integer::sum) == 0) {
            round.remove(source);
        }
        settle();
        return next;
    }

    @Override
    public boolean remove(Admission waiter) {
        boolean held = super.remove(waiter);
        settle();
        return held;
    }

    @Override
    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
        Admission newest = waiters.stream()
                .max(Comparator.<Admission>comparingDouble(waiter -> load(waiter.sourceKey(), 0))
                        .thenComparingLong(Admission::sequence))
                .orElse(null);
        boolean goes = newest != null && load(newcomer.sourceKey(), 1) < load(newest.sourceKey(), 0);
        if (!goes) {
            return null;
        }
        waiters.remove(newest);
        settle();
        return newest;
    }

    private double load(Object source, int more) {
        return (of(source, waiters).size() + more) / (double) weight.applyAsInt(source);
    }

    @Override
    public void released(Admission admission, long nowNanos) {
        served.remove(admission);
        settle();
    }

    private void settle() {
        round.removeIf(source -> !mayBeServed(source));
        for (Admission waiter : waiters) {
            Object source = waiter.sourceKey();
            if (mayBeServed(source) && !round.contains(source)) {
                round.add(source);
                turns.put(source, weight.applyAsInt(source));
            }
        }
    }

    private boolean mayBeServed(Object source) {
        return !of(source, waiters).isEmpty()
                && (!tracksServed() || of(source, served).size() < cap);
    }

    private static List<Admission> of(Object source, List<Admission> admissions) {
        return admissions.stream()
                .filter(admission -> admission.sourceKey().equals(source))
                .toList();
    }
}
