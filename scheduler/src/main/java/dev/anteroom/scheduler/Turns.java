package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over the waiters of several branches in the order of their turns, and then over those of the branches that
 * are passed over. A branch is not read before its turn, so that the first few waiters cost little.
 */
final class Turns implements Iterator<Admission> {
    private final long nowNanos;
    private final Iterator<Map.Entry<Branch, Integer>> firstRound;
    private final Queue<Turn> laterRounds = new ArrayDeque<>();
    private final Iterator<Branch> passedOver;
    private Turn turn = new Turn(Collections.emptyIterator(), 0, 0);

    /**
     * Creates an iterator.
     *
     * @param round the turns that each branch has left in this round, in order
     * @param passedOver the branches that are not served now
     */
    Turns(Map<Branch, Integer> round, Iterator<Branch> passedOver, long nowNanos) {
        this.firstRound = round.entrySet().iterator();
        this.passedOver = passedOver;
        this.nowNanos = nowNanos;
    }

    @Override
    public boolean hasNext() {
        while (turn.left == 0 || !turn.waiters.hasNext()) {
            if (turn.waiters.hasNext()) {
                laterRounds.add(new Turn(turn.waiters, turn.each, turn.each));
            }
            Turn next = nextTurn();
            if (next == null) {
                return false;
            }
            turn = next;
        }
        return true;
    }

    private @Nullable Turn nextTurn() {
        if (firstRound.hasNext()) {
            Map.Entry<Branch, Integer> next = firstRound.next();
            return turnOf(next.getKey(), next.getValue());
        } else if (!laterRounds.isEmpty()) {
            return laterRounds.remove();
        }
        return passedOver.hasNext() ? turnOf(passedOver.next(), Integer.MAX_VALUE) : null;
    }

    private Turn turnOf(Branch branch, int left) {
        return new Turn(branch.preview(nowNanos), left, branch.share.weight());
    }

    @Override
    public Admission next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        turn.left--;
        return turn.waiters.next();
    }

    private static final class Turn {
        final Iterator<Admission> waiters;
        final int each;
        int left;

        Turn(Iterator<Admission> waiters, int left, int each) {
            this.waiters = waiters;
            this.left = left;
            this.each = each;
        }
    }
}
