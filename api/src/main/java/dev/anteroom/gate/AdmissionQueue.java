package dev.anteroom.gate;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A double-ended queue of waiting admissions, for policies to be built from. The admissions are themselves the nodes, so it
 * allocates nothing, and every operation, removal from the middle included, takes constant time. For that, an admission is in
 * one queue at most. Not thread-safe: a policy's calls are serialised by its gate.
 */
public final class AdmissionQueue implements Iterable<Admission> {
    private @Nullable Admission first;
    private @Nullable Admission last;
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
        if (admission.queue != null) {
            throw new IllegalStateException(admission + " is in a queue already");
        }
        admission.queue = this;
        admission.previous = last;
        if (last == null) {
            first = admission;
        } else {
            last.next = admission;
        }
        last = admission;
        size++;
    }

    /**
     * Looks at the head.
     *
     * @return the admission that was added first, or null if there is none
     */
    public @Nullable Admission peekFirst() {
        return first;
    }

    /**
     * Looks at the tail.
     *
     * @return the admission that was added last, or null if there is none
     */
    public @Nullable Admission peekLast() {
        return last;
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
        if (admission.queue != this) {
            return false;
        }
        Admission before = admission.previous;
        Admission after = admission.next;
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
        admission.previous = null;
        admission.next = null;
        admission.queue = null;
        size--;
        return true;
    }

    /**
     * Goes from the head to the tail. Not to be used any more once the queue has changed.
     *
     * @return an iterator that does not remove
     */
    @Override
    public Iterator<Admission> iterator() {
        return new Walk(first, admission -> admission.next);
    }

    /**
     * Goes from the tail to the head. Not to be used any more once the queue has changed.
     *
     * @return an iterator that does not remove
     */
    public Iterator<Admission> descendingIterator() {
        return new Walk(last, admission -> admission.previous);
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

    private static final class Walk implements Iterator<Admission> {
        private final Function<Admission, @Nullable Admission> step;
        private @Nullable Admission ahead;

        Walk(@Nullable Admission begin, Function<Admission, @Nullable Admission> step) {
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
            Admission here = ahead;
            ahead = step.apply(here);
            return here;
        }
    }

    private @Nullable Admission take(@Nullable Admission admission) {
        if (admission != null) {
            remove(admission);
        }
        return admission;
    }
}
