package dev.anteroom.simulator;

/** How fast an upstream works on each service while it has so many at once. */
@FunctionalInterface
interface Crowding {
    /** How much longer a service takes for each that is beyond a steep knee. */
    double STEEP = 0.1;

    /** Works on any number as if each were alone. */
    Crowding IDEAL = count -> 1;

    /** The speed of each service; 1 is that of a service alone. */
    double speed(int count);

    /** Works on so many at once at full speed; more share that capacity. */
    static Crowding softKnee(int knee) {
        return count -> Math.min(1, (double) knee / count);
    }

    /** Works on so many at once at full speed; each one more makes every service take a tenth longer. */
    static Crowding steepKnee(int knee) {
        return count -> 1 / (1 + STEEP * Math.max(0, count - knee));
    }

    /**
     * The universal scalability law (Gunther, "Guerrilla Capacity Planning", Springer, 2007).
     *
     * @param contention the share of the work that only one can do at a time
     * @param coherence what it costs each service to agree with each other one
     */
    static Crowding usl(double contention, double coherence) {
        return count -> 1 / (1 + contention * (count - 1) + coherence * count * (count - 1.0));
    }
}
