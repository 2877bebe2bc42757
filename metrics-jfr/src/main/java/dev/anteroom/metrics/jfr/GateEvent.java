package dev.anteroom.metrics.jfr;

import jdk.jfr.Category;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** The fields of all events: the gate, and the source and class of the connection. */
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
}
