package dev.anteroom.simulator;

import dev.anteroom.gate.GateClock;
import java.util.Arrays;

/**
 * Virtual time: what is going to happen, and when. A heap of four children to a node, whose events know their places,
 * so that an event can be taken back: it never holds more than one event for each client that waits or is served.
 * Events of the same instant happen in an order that is arbitrary but the same in every run. Single-threaded.
 */
final class Timeline implements GateClock {
    private static final int CHILDREN = 4;

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

    /** Lets an event happen later; a delay that time has no room for is as good as never. */
    void add(long delayNanos, Event event) {
        if (size == events.length) {
            due = Arrays.copyOf(due, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        long at = now + delayNanos;
        siftUp(size++, at < 0 ? Long.MAX_VALUE : at, event);
    }

    /** Takes an event back, if it has not happened yet. */
    void remove(Event event) {
        int hole = event.place;
        if (hole == Event.NOWHERE) {
            return;
        }
        event.place = Event.NOWHERE;
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

    /** Lets everything happen that is due by then; it is then. */
    void runUntil(long nanos) {
        while (size > 0 && due[0] <= nanos) {
            happenNext();
        }
        now = nanos;
    }

    /** Lets everything happen that will. */
    void runToTheEnd() {
        while (size > 0) {
            happenNext();
        }
    }

    /** Lets the next event happen; there must be one. */
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

    /** A place that is not in use if there is no child. */
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
