package dev.anteroom.gateway.record;

import dev.anteroom.gate.Admission;

/**
 * One connection that has ended.
 *
 * @param sourceKey the key of its source
 * @param priorityClass its priority class
 * @param arrivalNanos its arrival, on the clock of the gate
 * @param waitNanos the time until it was admitted, left or was turned away
 * @param serviceNanos the time for which it held its slot
 * @param end its last state: released, refused, expired, abandoned or shed
 */
record Entry(
        Object sourceKey,
        int priorityClass,
        long arrivalNanos,
        long waitNanos,
        long serviceNanos,
        Admission.State end) {
    static Entry of(Admission admission) {
        return new Entry(
                admission.sourceKey(),
                admission.priorityClass(),
                admission.arrivalNanos(),
                admission.waitNanos(),
                admission.serviceNanos(),
                admission.state());
    }
}
