package dev.anteroom.benchmarks;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;

/** A connection that does not care. */
enum Silent implements AdmissionCallback {
    CONNECTION;

    @Override
    public void admitted(Admission admission) {}

    @Override
    public void turnedAway(Admission admission) {}
}
