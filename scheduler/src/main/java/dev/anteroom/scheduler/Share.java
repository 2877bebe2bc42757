package dev.anteroom.scheduler;

/**
 * The share of the slots that one of several branches gets.
 *
 * @param weight how many connections are admitted in a round, at least 1
 * @param cap the largest number of connections served at once, at least 1; {@link #UNCAPPED} for as many as there are
 *     slots
 * @param reserve how many connections are served at once before another branch has a turn
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

    /** Whether the policy has to know which connections are served. */
    boolean tracksServed() {
        return cap != UNCAPPED || reserve > 0;
    }
}
