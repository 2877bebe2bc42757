package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission.Decision;
import dev.anteroom.gate.Admission.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A simple model of an admission gate: one thread, no lock, no word, and lists that are searched. {@link
 * GatePropertiesTest} checks that the real gate does the same.
 */
final class GateModel {
    static final Duration MAX_WAIT = Duration.ofMillis(100);
    static final Duration AGEING = Duration.ofMillis(15);

    /** Longer than any wait, so that no waiter is shed because it is late. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    static final int NO_DEADLINE = -1;

    /** The order in which waiters are admitted. */
    enum Order {
        FIFO,
        LIFO,
        PRIORITY,
        AGEING,
        EDF,
        ONE_PER_CLASS
    }

    /** What a connection does when it gets a slot. */
    enum Manner {
        /** Its callback runs in a later turn of its loop, and it stays. */
        STAYS,
        /** Its callback runs in a later turn of its loop, and it leaves. */
        LEAVES,
        /** Its callback runs in a later turn of its loop, and throws. */
        FAILS,
        /** Its callback runs on the calling thread, and it stays. */
        STAYS_AT_ONCE,
        /** Its callback runs on the calling thread, and it leaves. */
        LEAVES_AT_ONCE,
        /** Its callback runs on the calling thread, and throws. */
        FAILS_AT_ONCE,
        /** Its executor rejects, so its callback runs on the calling thread, and it stays. */
        REJECTED
    }

    /** One connection. */
    static final class Visit {
        final int number;
        final int priorityClass;
        final int source;
        final Manner manner;
        State state = State.WAITING;
        Decision decision = Decision.WAITING;
        long arrival;
        long deadline = Long.MAX_VALUE;
        long waited;
        private int sequence;
        private int givenOutBy;

        Visit(int number, int priorityClass, int source, Manner manner) {
            this.number = number;
            this.priorityClass = priorityClass;
            this.source = source;
            this.manner = manner;
        }
    }

    private final int maxWaiting;
    private final int maxPerSource;
    int limit;
    private boolean closed;
    private boolean paused;
    private long now;
    private Order order = Order.FIFO;
    private int policy;
    private int sequence;

    final List<Visit> visits = new ArrayList<>();
    private final List<Visit> waiting = new ArrayList<>();
    private final Queue<Visit> ended = new ArrayDeque<>();
    private final Queue<Visit> loop = new ArrayDeque<>();
    final List<String> told = new ArrayList<>();
    private boolean telling;

    GateModel(int limit, int maxWaiting, int maxPerSource) {
        this.limit = limit;
        this.maxWaiting = maxWaiting;
        this.maxPerSource = maxPerSource;
    }

    /** A connection with a given time left in milliseconds, or {@link #NO_DEADLINE}. */
    Visit enter(int priorityClass, int source, Manner manner, int timeLeft) {
        return enter(priorityClass, source, manner, timeLeft, true);
    }

    /** A connection that takes a free slot at once, or leaves. */
    Visit attempt(int priorityClass, int source) {
        return enter(priorityClass, source, Manner.STAYS, NO_DEADLINE, false);
    }

    private Visit enter(int priorityClass, int source, Manner manner, int timeLeft, boolean mayWait) {
        boolean capped = count(v -> v.source == source && isPresent(v)) >= maxPerSource;
        Visit newcomer = new Visit(visits.size(), priorityClass, source, manner);
        newcomer.arrival = now;
        if (timeLeft != NO_DEADLINE) {
            newcomer.deadline = now + Math.min(Duration.ofMillis(timeLeft).toNanos(), MAX_WAIT.toNanos());
        }
        newcomer.sequence = sequence++;
        visits.add(newcomer);
        newcomer.decision = capped || closed ? refused(newcomer) : decide(newcomer, mayWait && newcomer.deadline > now);
        handOver();
        return newcomer;
    }

    private Decision decide(Visit newcomer, boolean mayWait) {
        if (mayAdmit() && order == Order.ONE_PER_CLASS) {
            // It may wait at the door while the policy is asked, even at a gate without places.
            waiting.add(newcomer);
            admitWaiters();
            if (newcomer.state == State.ADMITTED) {
                ended.remove(newcomer);
                return Decision.ADMITTED;
            }
            waiting.remove(newcomer);
        } else if (mayAdmit() && waiting.isEmpty()) {
            newcomer.state = State.ADMITTED;
            return Decision.ADMITTED;
        }
        if (waiting.size() >= maxWaiting) {
            Visit displaced = mayWait ? displacedBy(newcomer) : null;
            if (displaced == null) {
                return refused(newcomer);
            }
            end(displaced, State.SHED);
        } else if (!mayWait) {
            newcomer.state = newcomer.deadline <= now ? State.EXPIRED : State.ABANDONED;
            return Decision.REFUSED;
        }
        waiting.add(newcomer);
        return Decision.WAITING;
    }

    private static Decision refused(Visit newcomer) {
        newcomer.state = State.REFUSED;
        return Decision.REFUSED;
    }

    boolean leave(Visit visit) {
        switch (visit.state) {
            case WAITING -> {
                end(visit, State.ABANDONED);
                ended.remove(visit);
            }
            case ADMITTED -> visit.state = State.RELEASED;
            default -> {
                return false;
            }
        }
        handOver();
        return true;
    }

    void limit(int newLimit) {
        limit = newLimit;
        handOver();
    }

    void order(Order newOrder) {
        order = newOrder;
        policy++;
        handOver();
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        handOver();
    }

    boolean isPaused() {
        return paused;
    }

    void close() {
        closed = true;
        List.copyOf(waiting).forEach(visit -> end(visit, State.REFUSED));
        handOver();
    }

    void pass(Duration time) {
        long end = now + time.toNanos();
        for (Visit next = nextToExpire(); next != null && expiry(next) <= end; next = nextToExpire()) {
            now = expiry(next);
            List.copyOf(waiting).stream()
                    .filter(visit -> expiry(visit) <= now)
                    .forEach(visit -> end(visit, State.EXPIRED));
            handOver();
        }
        now = end;
    }

    private @Nullable Visit nextToExpire() {
        return waiting.stream().min(Comparator.comparingLong(GateModel::expiry)).orElse(null);
    }

    private static long expiry(Visit waiter) {
        return Math.min(waiter.deadline, waiter.arrival + MAX_WAIT.toNanos());
    }

    void turnLoop() {
        int turns = loop.size();
        for (int i = 0; i < turns; i++) {
            tell(loop.remove());
        }
    }

    private void handOver() {
        admitWaiters();
        if (!telling) {
            telling = true;
            for (Visit visit = ended.poll(); visit != null; visit = ended.poll()) {
                notice(visit);
            }
            telling = false;
        }
    }

    private void admitWaiters() {
        for (Visit next = next(); mayAdmit() && next != null; next = next()) {
            next.givenOutBy = policy;
            end(next, State.ADMITTED);
        }
    }

    private void end(Visit visit, State state) {
        waiting.remove(visit);
        visit.state = state;
        visit.waited = now - visit.arrival;
        ended.add(visit);
    }

    private void notice(Visit visit) {
        switch (visit.manner) {
            case STAYS, LEAVES, FAILS -> loop.add(visit);
            case STAYS_AT_ONCE, LEAVES_AT_ONCE, FAILS_AT_ONCE, REJECTED -> tell(visit);
        }
    }

    private void tell(Visit visit) {
        if (visit.state == State.RELEASED) {
            return;
        }
        told.add(visit.number + " " + visit.state);
        switch (visit.manner) {
            case STAYS, STAYS_AT_ONCE, REJECTED -> {}
            default -> leave(visit);
        }
    }

    private @Nullable Visit next() {
        return switch (order) {
            case FIFO -> first(waiting);
            case LIFO -> waiting.isEmpty() ? null : waiting.get(waiting.size() - 1);
            case PRIORITY, AGEING, EDF -> waiting.stream().min(urgency()).orElse(null);
            case ONE_PER_CLASS ->
                first(waiting.stream()
                        .filter(visit -> count(other -> isServedByThePolicy(other, visit.priorityClass)) == 0)
                        .toList());
        };
    }

    private @Nullable Visit displacedBy(Visit newcomer) {
        if (order != Order.PRIORITY && order != Order.AGEING && order != Order.EDF) {
            return null;
        }
        Visit last = waiting.stream().max(urgency()).orElse(null);
        return last != null && rank(newcomer) < rank(last) ? last : null;
    }

    private Comparator<Visit> urgency() {
        return Comparator.comparingLong(this::rank).thenComparingInt(visit -> visit.sequence);
    }

    private long rank(Visit visit) {
        return switch (order) {
            case AGEING -> visit.arrival + visit.priorityClass * AGEING.toNanos();
            case EDF -> Math.min(visit.deadline, visit.arrival + PATIENCE.toNanos());
            default -> visit.priorityClass;
        };
    }

    private boolean isServedByThePolicy(Visit visit, int priorityClass) {
        return visit.state == State.ADMITTED && visit.priorityClass == priorityClass && visit.givenOutBy == policy;
    }

    private static @Nullable Visit first(List<Visit> some) {
        return some.isEmpty() ? null : some.get(0);
    }

    private boolean mayAdmit() {
        return free() > 0 && !paused;
    }

    private long free() {
        return limit - count(visit -> visit.state == State.ADMITTED);
    }

    long count(Predicate<Visit> wanted) {
        return visits.stream().filter(wanted).count();
    }

    private static boolean isPresent(Visit visit) {
        return visit.state == State.WAITING || visit.state == State.ADMITTED;
    }

    Order order() {
        return order;
    }
}
