package dev.anteroom.metrics.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

@Name("dev.anteroom.Arrival")
@Label("Arrival")
@Description("A connection arrived at the gate.")
final class ArrivalEvent extends GateEvent {
    @Label("Decision")
    @Nullable
    String decision;
}
