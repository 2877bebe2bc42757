package dev.anteroom.simulator;

import dev.anteroom.gate.GateClock;
import java.util.Arrays;

/**
 * Virtual time: the queue of future events. It is a heap with four children per node. Events know their position in
 * it, so an event can be cancelled, and the heap contains at most one event for each client that waits or is served.
 * Events of the same instant happen in an arbitrary order, which is the same in every run. Single-threaded.
 */
final class Timeline implements GateClock {
    private static final int CHILDREN = 4;
    private static final int NOWHERE = -1;

    /** Something that happens at a time. It is on the timeline at most once. */
    abstract static class Event {
        private int place = NOWHERE;

        abstract void happen();
    }

    private long now;
    private int size;
    private long[] due = new long[1024];
    private Event[] events = new Event[1024];

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void schedule(long delayNanos, Runnable task) {
        add(delayNanos, new Event() {
            @Override
            void happen() {
                task.run();
            }
        });
    }

    /** Schedules an event. If the sum of time and delay overflows, the event never happens. */
    void add(long delayNanos, Event event) {
        if (size == events.length) {
            due = Arrays.copyOf(due, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        long at = now + delayNanos;
        siftUp(size++, at < 0 ? Long.MAX_VALUE : at, event);
    }

    /** Cancels an event, if it has not happened yet. */
    void remove(Event event) {
        int hole = event.place;
        if (hole == NOWHERE) {
            return;
        }
        event.place = NOWHERE;
        size--;
        long lastDue = due[size];
        Event last = events[size];
        if (last != event) {
            if (hole > 0 && lastDue < due[parent(hole)]) {
                siftUp(hole, lastDue, last);
            } else {
                siftDown(hole, lastDue, last);
            }
        }
    }

    /** Runs all events that are due by a time, and advances the clock to it. */
    void runUntil(long nanos) {
        while (size > 0 && due[0] <= nanos) {
            happenNext();
        }
        now = nanos;
    }

    /** Runs all events. */
    void runToTheEnd() {
        while (size > 0) {
            happenNext();
        }
    }

    /** Runs the next event; there must be one. */
    void happenNext() {
        Event next = events[0];
        now = due[0];
        remove(next);
        next.happen();
    }

    private void siftUp(int start, long at, Event event) {
        int hole = start;
        while (hole > 0 && at < due[parent(hole)]) {
            put(hole, due[parent(hole)], events[parent(hole)]);
            hole = parent(hole);
        }
        put(hole, at, event);
    }

    private void siftDown(int start, long at, Event event) {
        int hole = start;
        for (int child = earliestChild(hole); child < size && due[child] < at; child = earliestChild(hole)) {
            put(hole, due[child], events[child]);
            hole = child;
        }
        put(hole, at, event);
    }

    /** Returns the earliest child, or an unused place if there is no child. */
    private int earliestChild(int parent) {
        int earliest = CHILDREN * parent + 1;
        int end = Math.min(earliest + CHILDREN, size);
        for (int child = earliest + 1; child < end; child++) {
            if (due[child] < due[earliest]) {
                earliest = child;
            }
        }
        return earliest;
    }

    private void put(int place, long at, Event event) {
        due[place] = at;
        events[place] = event;
        event.place = place;
    }

    private static int parent(int child) {
        return (child - 1) / CHILDREN;
    }
}
