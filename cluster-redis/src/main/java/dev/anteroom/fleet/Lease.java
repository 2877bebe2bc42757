package dev.anteroom.fleet;

import org.jspecify.annotations.Nullable;

/**
 * A node's side of the lease protocol: what it holds, what it has asked, and which answers it takes. Knows no gate, no network
 * and no thread; it is handed the time. Not thread-safe.
 */
/*
 * Why the sum of what all nodes hold never exceeds the limit (verification/model/fleet.pml has it checked):
 *
 *   - Redis counts as lent to a node whatever the node may hold: what it granted, until the node has reported to hold less.
 *   - A node reports to hold less only once it does: its gate's limit is lowered first, and the connections that it serves are counted
 *     after that. So a report is the most that the node holds from then on, until it takes an answer.
 *   - It takes the answer to its last question alone. So no grant that a later report did not know of comes into use.
 *   - Redis takes each report once and in order, by its number. So no old report gives back what was granted since.
 *   - An answer counts from when the question was asked. So a lease ends here before it ends there, by the nodes' clocks: Redis' own is
 *     not asked. Each answer carries the fleet's time, and each question that time and what this node has measured since the answer came.
 *   - A start has a generation of its own, and Redis an epoch, which changes when it may have forgotten something: what was said to
 *     another epoch is not taken, and for a lease's time nothing is granted in a new one.
 */
final class Lease {
    /** How things stand between a node and Redis. */
    enum State {
        /** Has not been granted anything yet, or must begin anew. */
        JOINING,
        /** Holds what it was lent. */
        HELD,
        /** Was not answered for as long as the lease lasts; holds its fallback at most. */
        LAPSED,
        /** Another node of the same name is there; holds nothing. */
        TAKEN,
        /** Another node of the same name has taken its place while it was not heard; holds nothing. */
        SUPERSEDED,
        /** The fleet's lease is of another length; holds nothing. */
        MISMATCHED
    }

    /**
     * A report and a question.
     *
     * @param generation of this start; 0 asks for one
     * @param number grows from question to question
     * @param epoch that the report is meant for
     * @param held the most that the node holds from now on
     * @param demand what it could do with
     * @param limit the fleet's, as last heard
     * @param limitVersion how often that was changed
     * @param fleetMillis the fleet's time when it is asked, or a little before
     */
    record Question(
            long generation,
            long number,
            String epoch,
            int held,
            Demand demand,
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

    Lease(NodeTerms terms, long nowNanos) {
        fleetMillisNanos = nowNanos;
        leaseNanos = terms.leaseMillis() * 1_000_000;
        fallback = terms.fallback();
        limit = terms.limit();
    }

    State state() {
        return state;
    }

    /** The most that the node serves, as Redis knows. */
    int held() {
        return held;
    }

    /** The limit that the gate should have: what the node holds, less what it should give back as connections end. */
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

    /** Whether a question has been asked whose answer would be taken. */
    boolean isAwaiting() {
        return awaited != null;
    }

    boolean hasAsked() {
        return number > 0;
    }

    long askedNanos() {
        return askedNanos;
    }

    /** When the lease ended, or will. */
    long endNanos() {
        return endNanos;
    }

    /**
     * Reports and asks. The answer to what was asked before is not taken any more.
     *
     * @param mostHeld the most that the gate serves from now on, unless its limit is raised
     */
    Question ask(int mostHeld, Demand demand, long nowNanos) {
        held = mostHeld;
        askedNanos = nowNanos;
        long fleetNow = fleetMillis + (nowNanos - fleetMillisNanos) / 1_000_000;
        awaited = new Question(generation, ++number, epoch, mostHeld, demand, limit, limitVersion, fleetNow);
        return awaited;
    }

    /** No answer will come. */
    void failed(Question question) {
        if (question.equals(awaited)) {
            awaited = null;
        }
    }

    /** A number for the last word of this node. */
    long farewellNumber() {
        return number + 1;
    }

    /**
     * Takes an answer, if it is one to the last question and of this lease.
     *
     * @return whether the question is to be put again, for now it will be answered otherwise
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
            case "taken" -> holdNothing(State.TAKEN);
            case "superseded" -> holdNothing(State.SUPERSEDED);
            case "lease" -> holdNothing(State.MISMATCHED);
            default -> {} // granted, or a report that came twice
        }
        if (answer.grant() != null && nowNanos - askedNanos < leaseNanos) {
            take(answer.grant());
        }
        return false;
    }

    private void holdNothing(State why) {
        state = why;
        held = 0;
        gateLimit = 0;
    }

    private void take(Answer.Grant grant) {
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

    /** Ends the lease if it is over; true if that happened now. */
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
