package dev.anteroom.simulator;

/** The speed of an upstream as a function of the number of services in progress. */
@FunctionalInterface
interface Crowding {
    /** The share by which each service beyond a steep knee lengthens all services. */
    double STEEP = 0.1;

    /** An upstream that does not slow down. */
    Crowding IDEAL = count -> 1;

    /** Returns the speed of each service, relative to that of a service alone. */
    double speed(int count);

    /** Returns an upstream that runs {@code knee} services at full speed; more services share that capacity. */
    static Crowding softKnee(int knee) {
        return count -> Math.min(1, (double) knee / count);
    }

    /**
     * Returns an upstream that runs {@code knee} services at full speed; each one more makes every service take a tenth
     * longer.
     */
    static Crowding steepKnee(int knee) {
        return count -> 1 / (1 + STEEP * Math.max(0, count - knee));
    }

    /**
     * Returns an upstream that follows the universal scalability law (Gunther, "Guerrilla Capacity Planning", Springer,
     * 2007).
     *
     * @param contention the share of the work that is done by one service at a time
     * @param coherence the cost, for each pair of services, of keeping each other consistent
     */
    static Crowding usl(double contention, double coherence) {
        return count -> 1 / (1 + contention * (count - 1) + coherence * count * (count - 1.0));
    }
}
