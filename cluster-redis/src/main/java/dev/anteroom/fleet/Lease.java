package dev.anteroom.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's side of the lease protocol: what it holds, what it has asked, and which answers it takes. Knows no gate, no network
 * and no thread; it is handed the time. Not thread-safe.
 */
/*
 * Why the sum of what all nodes hold never exceeds the limit (verification/model/fleet.pml has it checked):
 *
 *   - Redis counts as lent to a node whatever the node may hold: what it granted, until the node has reported to hold less.
 *   - A node reports to hold less only once it does: its gate's limit is lowered first, and whoever is served is counted. So a report
 *     is the most that the node holds from then on, until it takes an answer.
 *   - It takes the answer to its last question alone. So no grant that a later report did not know of comes into use.
 *   - Redis takes each report once and in order, by its number. So no old report gives back what was granted since.
 *   - An answer counts from when the question was asked. So a lease ends here before it ends there.
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
        /** Another node of the same name is there. */
        TAKEN,
        /** Another node of the same name has taken its place while it was not heard; holds nothing. */
        SUPERSEDED,
        /** The fleet's lease is of another length. */
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
     */
    record Question(
            long generation, long number, String epoch, int held, Demand demand, int limit, long limitVersion) {}

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
    private int target;
    private int floor;
    private int limit;
    private long limitVersion;
    private boolean settling;
    private int nodes;
    private long pollMillis;

    Lease(NodeTerms terms) {
        leaseNanos = terms.leaseMillis() * 1_000_000;
        fallback = terms.fallback();
        limit = terms.limit();
    }

    State state() {
        return state;
    }

    /** The most that the gate may serve. */
    int held() {
        return held;
    }

    /** What the node should come down to as connections end; at most {@link #held}. */
    int target() {
        return Math.min(held, target);
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
     * @param mostHeld the gate's limit, or those it serves if they are more; the limit has been lowered already
     */
    Question ask(int mostHeld, Demand demand, long nowNanos) {
        held = mostHeld;
        askedNanos = nowNanos;
        awaited = new Question(generation, ++number, epoch, mostHeld, demand, limit, limitVersion);
        return awaited;
    }

    /** No answer will come. */
    void failed(Question question) {
        if (question.equals(awaited)) {
            awaited = null;
        }
    }

    /**
     * Takes an answer, if it is one to the last question and of this lease.
     *
     * @return whether the question is to be put again, for now it will be answered otherwise
     */
    boolean answered(Question question, List<String> answer, long nowNanos) {
        if (!question.equals(awaited)) {
            return false;
        }
        awaited = null;
        switch (answer.get(0)) {
            case "ok" -> granted(answer, nowNanos);
            case "moved" -> {
                epoch = answer.get(1);
                generation = Long.parseLong(answer.get(2));
            }
            case "taken" -> state = State.TAKEN;
            case "superseded" -> {
                state = State.SUPERSEDED;
                held = 0;
                floor = 0;
                generation = 0;
            }
            case "lease" -> state = State.MISMATCHED;
            default -> {} // a report that came twice
        }
        return answer.get(0).equals("moved");
    }

    private void granted(List<String> answer, long nowNanos) {
        if (nowNanos - askedNanos >= leaseNanos) {
            return;
        }
        state = State.HELD;
        endNanos = askedNanos + leaseNanos;
        held = Integer.parseInt(answer.get(3));
        target = Integer.parseInt(answer.get(4));
        floor = Math.min(fallback, held);
        limit = Integer.parseInt(answer.get(5));
        limitVersion = Long.parseLong(answer.get(6));
        pollMillis = Long.parseLong(answer.get(7));
        settling = answer.get(8).equals("1");
        nodes = Integer.parseInt(answer.get(9));
    }

    /** Ends the lease if it is over; true if that happened now. */
    boolean lapse(long nowNanos) {
        if (state != State.HELD || nowNanos - endNanos < 0) {
            return false;
        }
        state = State.LAPSED;
        awaited = null;
        held = Math.min(held, floor);
        return true;
    }
}
