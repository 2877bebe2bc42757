package dev.anteroom.metrics.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

@Name("dev.anteroom.Admission")
@Label("Admission")
@Description("A connection got a slot, on arrival or after a wait.")
final class AdmissionEvent extends GateEvent {
    @Label("Waited")
    @Timespan(Timespan.NANOSECONDS)
    long waited;
}
