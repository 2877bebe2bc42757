package dev.anteroom.concurrency;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A classic fault, planted in a copy of the gate's source. */
enum SeededFault {
    /** A release does not look again after a connection began to wait, so the last release misses the first waiter. */
    LOST_WAKE_UP(
            "ReleaseAgainstFirstWaiter",
            GateVisits.class,
            new SourceChange(
                    "AdmissionGate",
                    "if (word.compareAndSet(w, w + ONE_FREE)) {",
                    "if (word.addAndGet(ONE_FREE) != 0) {")),

    /** A waiter that leaves while it is admitted does not look again, and keeps its slot. */
    LEAKED_SLOT(
            "DepartureAgainstHandoff",
            GateVisits.class,
            new SourceChange(
                    "Admission",
                    "} else if (gate.abandon(this)) {\n                return true;",
                    "} else {\n                return gate.abandon(this);")),

    /** A release is not decided by one atomic instruction, so it may happen twice. */
    DOUBLE_RELEASE(
            "LeaveTwice",
            GateVisits.class,
            new SourceChange(
                    "Admission",
                    "if (STATE.compareAndSet(this, ADMITTED, RELEASED)) {",
                    "if ((state = RELEASED) == RELEASED) {")),

    /** A waiter that leaves between two portions of closing is counted once more, as abandoned. */
    COUNTED_TWICE(
            "DepartureAgainstClose",
            PortionVisits.class,
            SourceChange.SMALL_PORTIONS,
            new SourceChange(
                    "AdmissionGate",
                    "waited = room.contains(waiter) && !room.isClosed();",
                    "waited = room.contains(waiter);")),

    /** Callbacks run under the lock, so one that calls the gate fails. */
    CALLED_UNDER_THE_LOCK("CallbackAgainstNewcomer", ReentryVisits.class, new SourceChange("AdmissionGate", """
                            lock.unlock();
                            afterUnlock.forEach(AdmissionGate::run);
                            leaveSources(first);
                            Deliveries.deliver(first, last);
                    """, """
                            afterUnlock.forEach(AdmissionGate::run);
                            leaveSources(first);
                            Deliveries.deliver(first, last);
                            lock.unlock();
                    """));

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
    private final List<SourceChange> changes;

    /** The race that finds the fault. */
    final String race;

    /** The scenarios in which Lincheck finds it. */
    final Class<?> scenarios;

    SeededFault(String race, Class<?> scenarios, SourceChange... changes) {
        this.race = race;
        this.scenarios = scenarios;
        this.changes = List.of(changes);
    }

    /** Compiles the faulty classes into a directory, which then precedes the real ones on the class path. */
    void plantIn(Path directory) throws IOException {
        SourceChange.compile(directory, changes);
    }
}
