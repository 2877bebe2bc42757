package dev.anteroom.chaos;

import dev.anteroom.chaos.Ledger.Violation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks the limit from the server's side, by counting the connections that have reached a server and have not ended.
 * After the limit was lowered more connections are allowed until the gate reports that it is below its limit.
 */
final class Ceiling {
    private final Ledger ledger;
    private final Set<Object> open = new LinkedHashSet<>();
    private int allowed;
    private int peak;

    Ceiling(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Counts a connection that has reached the server. */
    void arrived(Object connection) {
        arrived(connection, () -> {});
    }

    /**
     * Counts a connection that has reached the server.
     *
     * @param recount makes the server notice ended connections, before this one is judged to exceed the limit
     */
    void arrived(Object connection, Runnable recount) {
        if (isOneTooMany(connection)) {
            recount.run();
            judge();
        }
    }

    private synchronized boolean isOneTooMany(Object connection) {
        open.add(connection);
        peak = Math.max(peak, Math.min(open.size(), allowed));
        return open.size() > allowed;
    }

    private synchronized void judge() {
        if (open.size() > allowed) {
            peak = Math.max(peak, open.size());
            ledger.violation(Violation.OVER_LIMIT, open.size() + " at once where " + allowed + " are allowed");
        }
    }

    synchronized void departed(Object connection) {
        open.remove(connection);
    }

    /** Allows the higher of the old and the new limit; called before the limit changes. */
    synchronized void raiseTo(int limit) {
        allowed = Math.max(allowed, limit);
    }

    /** Sets the allowed number; called after the gate has reported that it is not above its limit. */
    synchronized void settleAt(int limit) {
        allowed = limit;
    }

    /** Returns the connections that are being served. */
    synchronized List<Object> open() {
        return List.copyOf(open);
    }

    synchronized int peak() {
        return peak;
    }
}
