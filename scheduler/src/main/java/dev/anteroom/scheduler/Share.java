package dev.anteroom.scheduler;

/**
 * What one branch gets of the slots that several share.
 *
 * @param weight how many are admitted in a round, at least 1
 * @param cap how many are served at once at most, at least 1; {@link #UNCAPPED} if as many as there are slots
 * @param reserve how many are served at once before anybody of another branch has a turn
 */
record Share(int weight, int cap, int reserve) {
    static final int UNCAPPED = Integer.MAX_VALUE;

    static final Share EQUAL = new Share(1, UNCAPPED, 0);

    Share {
        if (cap < 1) {
            throw new IllegalArgumentException("cap must be at least 1, was " + cap);
        }
        if (reserve > cap) {
            throw new IllegalArgumentException("reserve must be at most the cap, " + cap + ", was " + reserve);
        }
    }

    /** Whether it matters who is served. */
    boolean tracksServed() {
        return cap != UNCAPPED || reserve > 0;
    }
}
