package dev.anteroom.simulator;

import dev.anteroom.fuzz.Verdict;

/** A synthetic load as users write it: who comes when, how long that takes, who leaves, and which policies are to be compared. */
public final class LoadFuzz {
    private LoadFuzz() {}

    /**
     * One input.
     *
     * @param data tried as each of the four
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, LoadFuzz::parseArrivals);
        Verdict.on(data, Distribution::parse);
        Verdict.on(data, Departures::parse);
        Verdict.on(data, PolicyList::parse);
    }

    /** Files are for {@link RecordingFuzz}. */
    private static void parseArrivals(String text) {
        if (!text.startsWith("file:")) {
            Arrivals.parse(text);
        }
    }
}
