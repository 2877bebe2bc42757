package dev.anteroom.simulator;

import java.util.List;

/**
 * What the upstream behind the gates is like.
 *
 * @param crowding how fast it works
 * @param incidents when it works worse
 */
record Upstream(Crowding crowding, List<Incident> incidents) {
    /** Takes no longer for many services than for one. */
    static final Upstream IDEAL = new Upstream(Crowding.IDEAL, List.of());

    boolean isIdeal() {
        return equals(IDEAL);
    }

    /** The speed of each of so many services; 0 if nothing is done. */
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
