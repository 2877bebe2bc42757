package dev.anteroom.gateway.record;

import dev.anteroom.gate.Admission;

/**
 * What became of one connection.
 *
 * @param sourceKey where it came from
 * @param priorityClass its class
 * @param arrivalNanos on the gate's clock
 * @param waitNanos until it was admitted, or left or was turned away
 * @param serviceNanos how long it held its slot
 * @param end released, refused, expired, abandoned or shed
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
