package dev.anteroom.metrics.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The events, and the fields that all of them have: the gate, and the source and class of the connection. */
@Category({"Anteroom", "Gate"})
@Enabled(false)
@StackTrace(false)
abstract class GateEvent extends Event {
    @Label("Gate")
    @Nullable
    String gate;

    @Label("Source")
    @Nullable
    String source;

    @Label("Priority Class")
    int priorityClass;

    @Name("dev.anteroom.Arrival")
    @Label("Arrival")
    @Description("A connection arrived at the gate.")
    static final class Arrival extends GateEvent {
        @Label("Decision")
        @Nullable
        String decision;
    }

    @Name("dev.anteroom.Admission")
    @Label("Admission")
    @Description("A connection got a slot, on arrival or after a wait.")
    static final class Admitted extends GateEvent {
        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;
    }

    @Name("dev.anteroom.Refusal")
    @Label("Refusal")
    @Description("A connection was turned away: refused, expired or shed.")
    static final class Refusal extends GateEvent {
        @Label("Reason")
        @Nullable
        String reason;

        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;
    }

    @Name("dev.anteroom.Abandonment")
    @Label("Abandonment")
    @Description("A connection left while waiting.")
    static final class Abandonment extends GateEvent {
        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;
    }

    @Name("dev.anteroom.Release")
    @Label("Release")
    @Description("A connection released its slot.")
    static final class Release extends GateEvent {}
}
