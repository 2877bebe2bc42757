package dev.anteroom.fleet;

import org.jspecify.annotations.Nullable;

/**
 * A node's side of the lease protocol: the slots it holds, its last question, and which answers it takes. Knows no
 * gate, network, thread or clock; callers pass the time. Not thread-safe.
 */
/*
 * Why the nodes together never hold more than the limit (verification/model/fleet.pml checks it):
 *
 *   - Redis counts every slot that a node may hold as lent to it: a granted slot stays lent until the node reports that
 *     it holds fewer.
 *   - A node reports fewer slots only once it holds fewer: it lowers its gate's limit first, and counts the connections
 *     that it serves after that. So a report is the most that the node holds from then on, until it takes an answer.
 *   - A node takes only the answer to its last question. So a grant is never used after a report that did not include
 *     it.
 *   - Redis takes each report once and in order, by its number. So an old report never gives back a later grant.
 *   - A lease runs from the moment of the question. So it ends at the node before it ends at Redis. Both measure by the
 *     nodes' clocks, and Redis' own clock is never read: each answer contains the fleet's time, and each question
 *     contains that time plus the time that the node has measured since the answer.
 *   - Each start of a node has its own generation. Redis has an epoch, which changes when it may have lost data. Redis
 *     does not take a report to another epoch, and grants nothing for the length of a lease after a new epoch has
 *     begun.
 */
final class Lease {
    /**
     * The constant settings of a node.
     *
     * @param limit the fleet's limit, if the fleet is new
     * @param weight the weight by which scarce slots are shared
     * @param fallback slots that are never lent to other nodes
     * @param leaseMillis the length of a lease, the same for the whole fleet
     * @param cutMillis the time after the end of its lease by which the node resets its connections beyond the
     *     fallback; -1 if it does not
     */
    record Terms(int limit, int weight, int fallback, long leaseMillis, long cutMillis) {}

    /** The state of a lease. */
    enum State {
        /** The node has been granted nothing yet, or must begin again. */
        JOINING,
        /** The node holds the slots lent to it. */
        HELD,
        /** No answer came for the length of the lease; the node holds its fallback at most. */
        LAPSED,
        /** Another node of the same name is alive; this node holds nothing. */
        NAME_IN_USE,
        /** Another node of the same name replaced this one while it was silent; this node holds nothing. */
        SUPERSEDED,
        /** The fleet's lease has another length; the node holds nothing. */
        MISMATCHED
    }

    /**
     * A report, which is also a question for slots.
     *
     * @param generation the generation of this start; 0 asks for one
     * @param number greater than that of every earlier question
     * @param epoch the epoch that the report is addressed to
     * @param held the most slots that the node holds from now on
     * @param demand the slots that the gate could use
     * @param limit the fleet's limit, from the last answer
     * @param limitVersion the number of changes of that limit
     * @param fleetMillis the fleet's time when the question is asked, or slightly earlier
     */
    record Question(
            long generation,
            long number,
            String epoch,
            int held,
            DemandMeter.Demand demand,
            int limit,
            long limitVersion,
            long fleetMillis) {}

    private static final String NO_EPOCH = "-";

    private final long leaseNanos;
    private final int fallback;

    private State state = State.JOINING;
    private long generation;
    private long number;
    private String epoch = NO_EPOCH;
    private @Nullable Question awaited;
    private long askedNanos;
    private long endNanos;
    private int held;
    private int gateLimit;
    private int floor;
    private int limit;
    private long limitVersion;
    private boolean settling;
    private int nodes;
    private long pollMillis;
    private long fleetMillis;
    private long fleetMillisNanos;

    Lease(Terms terms, long nowNanos) {
        fleetMillisNanos = nowNanos;
        leaseNanos = terms.leaseMillis() * 1_000_000;
        fallback = terms.fallback();
        limit = terms.limit();
    }

    State state() {
        return state;
    }

    /** Returns the most slots that the node may use, as Redis knows it. */
    int held() {
        return held;
    }

    /** Returns the limit for the gate: the slots held, less those to give back as connections end. */
    int gateLimit() {
        return gateLimit;
    }

    int limit() {
        return limit;
    }

    int nodes() {
        return nodes;
    }

    boolean isSettling() {
        return settling;
    }

    long pollMillis() {
        return pollMillis;
    }

    long generation() {
        return generation;
    }

    /** Returns whether the answer to the last question is outstanding. */
    boolean isAwaitingAnswer() {
        return awaited != null;
    }

    boolean hasAsked() {
        return number > 0;
    }

    long askedNanos() {
        return askedNanos;
    }

    /** Returns the end of the lease, which may have passed. */
    long endNanos() {
        return endNanos;
    }

    /**
     * Creates the next question. Answers to earlier questions are ignored from now on.
     *
     * @param mostHeld the most connections that the gate serves from now on, unless its limit is raised
     */
    Question ask(int mostHeld, DemandMeter.Demand demand, long nowNanos) {
        held = mostHeld;
        askedNanos = nowNanos;
        long fleetNow = fleetMillis + (nowNanos - fleetMillisNanos) / 1_000_000;
        awaited = new Question(generation, ++number, epoch, mostHeld, demand, limit, limitVersion, fleetNow);
        return awaited;
    }

    /** Records that a question will not be answered. */
    void failed(Question question) {
        if (question.equals(awaited)) {
            awaited = null;
        }
    }

    /** Returns a number for the node's last call, above those of all its questions. */
    long leaveNumber() {
        return number + 1;
    }

    /**
     * Takes the answer to the last question, and ignores all others. A grant is ignored, too, if its lease is over
     * already.
     *
     * @return whether to ask again at once, because the answer named another epoch or generation
     */
    boolean answered(Question question, Answer answer, long nowNanos) {
        if (!question.equals(awaited)) {
            return false;
        }
        awaited = null;
        if (answer.fleetMillis() >= 0) {
            fleetMillis = answer.fleetMillis();
            fleetMillisNanos = nowNanos;
        }
        switch (answer.status()) {
            case "moved" -> {
                epoch = answer.epoch();
                generation = answer.generation();
                return true;
            }
            case "taken" -> holdNothing(State.NAME_IN_USE);
            case "superseded" -> holdNothing(State.SUPERSEDED);
            case "lease" -> holdNothing(State.MISMATCHED);
            default -> {} // a grant, or "stale" for a report that Redis did not take
        }
        if (answer.grant() != null && nowNanos - askedNanos < leaseNanos) {
            apply(answer.grant());
        }
        return false;
    }

    private void holdNothing(State why) {
        state = why;
        held = 0;
        gateLimit = 0;
    }

    private void apply(Answer.Grant grant) {
        state = State.HELD;
        endNanos = askedNanos + leaseNanos;
        held = grant.lent();
        gateLimit = Math.min(held, grant.target());
        floor = Math.min(fallback, held);
        limit = grant.limit();
        limitVersion = grant.limitVersion();
        pollMillis = grant.pollMillis();
        settling = grant.settling();
        nodes = grant.nodes();
    }

    /** Ends the lease if its time is over; returns whether it did. */
    boolean lapse(long nowNanos) {
        if (state != State.HELD || nowNanos - endNanos < 0) {
            return false;
        }
        state = State.LAPSED;
        awaited = null;
        held = Math.min(held, floor);
        gateLimit = Math.min(gateLimit, floor);
        return true;
    }
}
