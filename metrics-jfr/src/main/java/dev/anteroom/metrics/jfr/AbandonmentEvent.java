package dev.anteroom.metrics.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

@Name("dev.anteroom.Abandonment")
@Label("Abandonment")
@Description("A connection left while waiting.")
final class AbandonmentEvent extends GateEvent {
    @Label("Waited")
    @Timespan(Timespan.NANOSECONDS)
    long waited;
}
