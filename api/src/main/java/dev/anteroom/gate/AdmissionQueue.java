package dev.anteroom.gate;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A double-ended queue of waiting admissions, as a building block of policies. Every operation takes constant time,
 * removal from the middle included, because an admission knows its node in the queue. A policy can therefore have an
 * admission in at most one of its queues. An admission that leaves the waiting room is removed from its queue. Not
 * thread-safe: the gate serializes the calls of a policy.
 */
public final class AdmissionQueue implements Iterable<Admission> {
    private @Nullable Node first;
    private @Nullable Node last;
    private int size;

    /** Creates an empty queue. */
    public AdmissionQueue() {}

    /**
     * Appends an admission.
     *
     * @param admission an admission that is in no queue of this policy
     * @throws IllegalStateException if it is in a queue already
     */
    public void addLast(Admission admission) {
        if (admission.isQueued()) {
            throw new PolicyFault("", admission, " is in a queue already");
        }
        Node added = new Node(this, admission, last);
        admission.remember(added);
        if (last == null) {
            first = added;
        } else {
            last.next = added;
        }
        last = added;
        size++;
    }

    /**
     * Returns the head without removing it.
     *
     * @return the admission that was added first, or null if there is none
     */
    public @Nullable Admission peekFirst() {
        return first == null ? null : first.admission;
    }

    /**
     * Returns the tail without removing it.
     *
     * @return the admission that was added last, or null if there is none
     */
    public @Nullable Admission peekLast() {
        return last == null ? null : last.admission;
    }

    /**
     * Removes the head.
     *
     * @return the admission that was added first, or null if there is none
     */
    public @Nullable Admission pollFirst() {
        return take(first);
    }

    /**
     * Removes the tail.
     *
     * @return the admission that was added last, or null if there is none
     */
    public @Nullable Admission pollLast() {
        return take(last);
    }

    /**
     * Removes an admission, wherever in the queue it is.
     *
     * @param admission any admission
     * @return false if it is not in this queue
     */
    public boolean remove(Admission admission) {
        Node node = admission.nodeIn(this);
        if (node == null) {
            return false;
        }
        unlink(node);
        return true;
    }

    private void unlink(Node node) {
        Node before = node.previous;
        Node after = node.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        node.previous = null;
        node.next = null;
        node.admission.forget(node);
        size--;
    }

    /**
     * Iterates from the head to the tail. The iterator must not be used after the queue has changed.
     *
     * @return an iterator that does not remove
     */
    @Override
    public Iterator<Admission> iterator() {
        return new Walk(first, node -> node.next);
    }

    /**
     * Iterates from the tail to the head. The iterator must not be used after the queue has changed.
     *
     * @return an iterator that does not remove
     */
    public Iterator<Admission> descendingIterator() {
        return new Walk(last, node -> node.previous);
    }

    /**
     * Returns the length of the queue.
     *
     * @return the number of admissions in this queue
     */
    public int size() {
        return size;
    }

    /**
     * Whether the queue is empty.
     *
     * @return true if the size is 0
     */
    public boolean isEmpty() {
        return size == 0;
    }

    private @Nullable Admission take(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        unlink(node);
        return node.admission;
    }

    /**
     * A node of a queue. It is an object of its own because an admission can be in the queues of two policies while one
     * policy replaces the other.
     */
    static final class Node {
        private final AdmissionQueue queue;
        private final Admission admission;
        private @Nullable Node previous;
        private @Nullable Node next;

        private Node(AdmissionQueue queue, Admission admission, @Nullable Node previous) {
            this.queue = queue;
            this.admission = admission;
            this.previous = previous;
        }

        boolean isIn(AdmissionQueue which) {
            return queue == which;
        }

        void leaveQueue() {
            queue.unlink(this);
        }
    }

    private static final class Walk implements Iterator<Admission> {
        private final Function<Node, @Nullable Node> step;
        private @Nullable Node ahead;

        Walk(@Nullable Node begin, Function<Node, @Nullable Node> step) {
            this.ahead = begin;
            this.step = step;
        }

        @Override
        public boolean hasNext() {
            return ahead != null;
        }

        @Override
        public Admission next() {
            if (ahead == null) {
                throw new NoSuchElementException();
            }
            Node here = ahead;
            ahead = step.apply(here);
            return here.admission;
        }
    }
}
