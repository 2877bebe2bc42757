package dev.anteroom.gate;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A double-ended queue of waiting admissions, for policies to be built from. Every operation, removal from the middle included, takes
 * constant time, for which an admission knows its place in the queue. So a policy has each admission in one of its queues at most. An
 * admission that leaves the waiting room leaves its queue. Not thread-safe: a policy's calls are serialised by its gate.
 */
public final class AdmissionQueue implements Iterable<Admission> {
    private @Nullable Node first;
    private @Nullable Node last;
    private int size;

    /** An empty queue. */
    public AdmissionQueue() {}

    /**
     * Appends an admission.
     *
     * @param admission one that is in no queue
     * @throws IllegalStateException if it is in a queue already
     */
    public void addLast(Admission admission) {
        if (admission.isQueued()) {
            throw new IllegalStateException(admission + " is in a queue already");
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
     * Looks at the head.
     *
     * @return the admission that was added first, or null if there is none
     */
    public @Nullable Admission peekFirst() {
        return first == null ? null : first.admission;
    }

    /**
     * Looks at the tail.
     *
     * @return the admission that was added last, or null if there is none
     */
    public @Nullable Admission peekLast() {
        return last == null ? null : last.admission;
    }

    /**
     * Takes the head.
     *
     * @return the admission that was added first, or null if there is none
     */
    public @Nullable Admission pollFirst() {
        return take(first);
    }

    /**
     * Takes the tail.
     *
     * @return the admission that was added last, or null if there is none
     */
    public @Nullable Admission pollLast() {
        return take(last);
    }

    /**
     * Takes an admission out from wherever it is.
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
     * Goes from the head to the tail. Not to be used any more once the queue has changed.
     *
     * @return an iterator that does not remove
     */
    @Override
    public Iterator<Admission> iterator() {
        return new Walk(first, node -> node.next);
    }

    /**
     * Goes from the tail to the head. Not to be used any more once the queue has changed.
     *
     * @return an iterator that does not remove
     */
    public Iterator<Admission> descendingIterator() {
        return new Walk(last, node -> node.previous);
    }

    /**
     * How many there are.
     *
     * @return the number of admissions in this queue
     */
    public int size() {
        return size;
    }

    /**
     * Whether there is none.
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

    /** A place in a queue. */
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
