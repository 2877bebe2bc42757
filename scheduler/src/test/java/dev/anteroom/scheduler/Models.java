package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.OrderedModel;
import java.util.Comparator;

/** Slow, obvious models of the policies that are defined by an order. */
final class Models {
    private static final Comparator<Admission> ARRIVAL = Comparator.comparingLong(Admission::sequence);
    private static final Comparator<Admission> URGENCY = Comparator.comparingInt(Admission::priorityClass);

    private Models() {}

    static SchedulingPolicy fifo() {
        return new OrderedModel(ARRIVAL);
    }

    static SchedulingPolicy lifo() {
        return new OrderedModel(ARRIVAL.reversed());
    }

    static SchedulingPolicy priority() {
        return new OrderedModel(URGENCY.thenComparing(ARRIVAL), URGENCY);
    }
}
