package dev.anteroom.metrics.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

@Name("dev.anteroom.Release")
@Label("Release")
@Description("A connection released its slot.")
final class ReleaseEvent extends GateEvent {}
