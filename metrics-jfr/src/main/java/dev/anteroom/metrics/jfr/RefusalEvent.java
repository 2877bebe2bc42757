package dev.anteroom.metrics.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

@Name("dev.anteroom.Refusal")
@Label("Refusal")
@Description("A connection was turned away: refused, expired or shed.")
final class RefusalEvent extends GateEvent {
    @Label("Reason")
    @Nullable
    String reason;

    @Label("Waited")
    @Timespan(Timespan.NANOSECONDS)
    long waited;
}
