package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model of a room divided into branches, each in the order of a model inside. Everything is counted again each time.
 */
abstract class BranchingModel extends ListModel {
    private final Function<Admission, Object> key;
    private final Function<Object, Share> share;
    private final Function<Object, SchedulingPolicy> inside;
    private final boolean tracksServed;

    private final Map<Object, SchedulingPolicy> models = new HashMap<>();
    private final List<Admission> served = new ArrayList<>();

    /** The branches that have had less than their reserve while they had waiters, in the order in which that began. */
    private final List<Object> owed = new ArrayList<>();

    /**
     * The branches whose model returned no waiter although it has some, until a connection of theirs arrives or leaves.
     */
    private final Set<Object> heldBack = new HashSet<>();

    BranchingModel(
            Function<Admission, Object> key,
            Function<Object, Share> share,
            Function<Object, SchedulingPolicy> inside,
            boolean tracksServed) {
        this.key = key;
        this.share = share;
        this.inside = inside;
        this.tracksServed = tracksServed;
    }

    /** Creates a model of classes. The key of a branch is its index in the list. */
    BranchingModel(List<ClassModel> classes) {
        this(
                waiter -> indexOf(classes, waiter.priorityClass()),
                index -> classes.get((Integer) index).share(),
                index -> classes.get((Integer) index).inside().get(),
                classes.stream().anyMatch(ClassModel::tracksServed));
    }

    private static int indexOf(List<ClassModel> classes, int priorityClass) {
        int index = 0;
        while (!classes.get(index).holds().test(priorityClass)) {
            index++;
        }
        return index;
    }

    /** Returns the branch whose turn it is, if no reserve is owed, or null if no branch may be served. */
    abstract @Nullable Object next();

    /**
     * Returns the branch that gives up a waiter so that a branch can have a given number of waiters; that branch itself
     * if no other has to.
     */
    abstract Object yielding(Object own, int size);

    @Override
    public boolean tracksServed() {
        return tracksServed;
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        super.enqueue(newcomer, nowNanos);
        models.computeIfAbsent(key.apply(newcomer), inside).enqueue(newcomer, nowNanos);
        heldBack.remove(key.apply(newcomer));
        settle();
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        Object branch = owed.isEmpty() ? next() : owed.get(0);
        if (branch == null) {
            return null;
        }
        Admission next = model(branch).dequeue(nowNanos, waiter -> {
            waiters.remove(waiter);
            shed.accept(waiter);
        });
        if (next == null) {
            heldBack.add(branch);
            settle();
            return dequeue(nowNanos, shed);
        }
        waiters.remove(next);
        if (tracksServed) {
            served.add(next);
        }
        settle();
        return next;
    }

    @Override
    public boolean remove(Admission waiter) {
        boolean held = super.remove(waiter);
        if (held) {
            model(key.apply(waiter)).remove(waiter);
            settle();
        }
        return held;
    }

    @Override
    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
        Object own = key.apply(newcomer);
        Object yielding = yielding(own, waitingOf(own).size() + 1);
        if (yielding.equals(own) && waitingOf(own).isEmpty()) {
            return null;
        }
        Admission displaced =
                yielding.equals(own) ? model(own).displace(newcomer, nowNanos) : displaceForAnother(yielding, nowNanos);
        waiters.remove(displaced);
        settle();
        return displaced;
    }

    /**
     * Removes the newest waiter of the branch, or the waiter that it would displace if it came now. No other waiter
     * loses its turn.
     */
    private Admission displaceForAnother(Object branch, long nowNanos) {
        SchedulingPolicy model = model(branch);
        Admission newest = waitingOf(branch).get(waitingOf(branch).size() - 1);
        if (model instanceof BranchingModel branching) {
            return branching.displaceFor(newest, nowNanos);
        }
        model.remove(newest);
        Admission displaced = model.displace(newest, nowNanos);
        if (displaced == null) {
            return newest;
        }
        model.enqueue(newest, nowNanos);
        return displaced;
    }

    private Admission displaceFor(Admission newest, long nowNanos) {
        Object own = key.apply(newest);
        Admission displaced = displaceForAnother(yielding(own, waitingOf(own).size()), nowNanos);
        waiters.remove(displaced);
        settle();
        return displaced;
    }

    @Override
    public void released(Admission admission, long nowNanos) {
        Object branch = key.apply(admission);
        served.remove(admission);
        heldBack.remove(branch);
        if (model(branch).tracksServed()) {
            model(branch).released(admission, nowNanos);
        }
        settle();
    }

    void settle() {
        Set<Object> present = new HashSet<>();
        Stream.concat(waiters.stream(), served.stream()).map(key).forEach(present::add);
        models.keySet().retainAll(present);
        heldBack.retainAll(present);
        owed.removeIf(branch -> !isOwed(branch));
        for (Object branch : waiting()) {
            if (isOwed(branch) && !owed.contains(branch)) {
                owed.add(branch);
            }
        }
    }

    /** The branches that have waiters. */
    final Set<Object> waiting() {
        Set<Object> branches = new LinkedHashSet<>();
        waiters.stream().map(key).forEach(branches::add);
        return branches;
    }

    final List<Admission> waitingOf(Object branch) {
        return of(branch, waiters);
    }

    private boolean isOwed(Object branch) {
        return mayBeServed(branch) && of(branch, served).size() < share(branch).reserve();
    }

    final boolean mayBeServed(Object branch) {
        return !waitingOf(branch).isEmpty()
                && !heldBack.contains(branch)
                && of(branch, served).size() < share(branch).cap();
    }

    final Share share(Object branch) {
        return share.apply(branch);
    }

    private SchedulingPolicy model(Object branch) {
        return Objects.requireNonNull(models.get(branch));
    }

    private List<Admission> of(Object branch, List<Admission> admissions) {
        return admissions.stream()
                .filter(admission -> key.apply(admission).equals(branch))
                .toList();
    }
}
