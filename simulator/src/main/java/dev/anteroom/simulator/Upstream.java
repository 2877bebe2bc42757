package dev.anteroom.simulator;

import java.util.List;

/**
 * The server behind the gates.
 *
 * @param crowding its speed
 * @param incidents the times at which it is slow or down
 */
record Upstream(Crowding crowding, List<Incident> incidents) {
    /** An upstream that never slows down. */
    static final Upstream IDEAL = new Upstream(Crowding.IDEAL, List.of());

    /**
     * A time during which the upstream is slow or down.
     *
     * @param fromNanos the beginning
     * @param lastingNanos the length
     * @param factor how many times longer services take; infinite if the upstream hangs
     * @param fails whether services fail instead
     */
    record Incident(long fromNanos, long lastingNanos, double factor, boolean fails) {
        boolean isAt(long nanos) {
            return nanos >= fromNanos && nanos - fromNanos < lastingNanos;
        }
    }

    boolean isIdeal() {
        return equals(IDEAL);
    }

    /** Returns the speed of each service when {@code count} are in progress; 0 if the upstream hangs. */
    double speed(int count, long nowNanos) {
        double speed = crowding.speed(count);
        for (Incident incident : incidents) {
            speed = incident.isAt(nowNanos) ? speed / incident.factor() : speed;
        }
        return speed;
    }

    boolean isDown(long nowNanos) {
        return incidents.stream().anyMatch(incident -> incident.fails() && incident.isAt(nowNanos));
    }
}
