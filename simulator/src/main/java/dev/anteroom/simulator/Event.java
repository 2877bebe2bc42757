package dev.anteroom.simulator;

/** Something that happens at a time; it is on a {@link Timeline} once at most. */
abstract class Event {
    static final int NOWHERE = -1;

    /** Where the timeline keeps it. */
    int place = NOWHERE;

    abstract void happen();
}
