package dev.anteroom.metrics.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

@Name("dev.anteroom.Admission")
@Label("Admission")
@Description("A connection got a slot, at the door or after it had waited.")
final class AdmissionEvent extends GateEvent {
    @Label("Waited")
    @Timespan(Timespan.NANOSECONDS)
    long waited;
}
