package dev.anteroom.chaos;

import dev.anteroom.chaos.Ledger.Violation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The limit as the served side counts it: connections that have reached a server and that it has not let go. After the limit is lowered
 * more of them are right until the gate itself says that it is below.
 */
final class Ceiling {
    private final Ledger ledger;
    private final Set<Object> open = new LinkedHashSet<>();
    private int allowed;
    private int peak;

    Ceiling(Ledger ledger) {
        this.ledger = ledger;
    }

    /** A connection has reached the server. */
    void arrived(Object connection) {
        arrived(connection, () -> {});
    }

    /**
     * A connection has reached the server.
     *
     * @param recount makes a server that has not looked at its other connections lately look, before this is one too many
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

    /** Before the limit is changed: whichever is higher is right. */
    synchronized void raiseTo(int limit) {
        allowed = Math.max(allowed, limit);
    }

    /** The gate has said that it is not above its limit. */
    synchronized void settleAt(int limit) {
        allowed = limit;
    }

    /** Those that are served. */
    synchronized List<Object> open() {
        return List.copyOf(open);
    }

    synchronized int peak() {
        return peak;
    }
}
