package dev.anteroom.simulator;

/**
 * A time during which the upstream works worse.
 *
 * @param fromNanos when it begins
 * @param lastingNanos how long it lasts
 * @param factor how many times longer all takes; infinite if nothing is done at all
 * @param fails whether services fail instead
 */
record Incident(long fromNanos, long lastingNanos, double factor, boolean fails) {
    boolean isAt(long nanos) {
        return nanos >= fromNanos && nanos - fromNanos < lastingNanos;
    }
}
