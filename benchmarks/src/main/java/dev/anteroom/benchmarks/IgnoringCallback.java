package dev.anteroom.benchmarks;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;

/** A callback that ignores the decision of the gate. */
enum IgnoringCallback implements AdmissionCallback {
    INSTANCE;

    @Override
    public void admitted(Admission admission) {}

    @Override
    public void turnedAway(Admission admission) {}
}
